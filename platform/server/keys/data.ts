import { describe } from '../describe.ts'

/** What the key store of a program keeps. Nothing in it tells about a person: keys, sealed, under numbers. */
export const data = describe(
  'key_store',
  {
    store: {
      meaning: 'one row: which store this is and what holds for all of it',
      keep: { forever: 'numbers, a day and times of the store itself' },
      columns: {
        is_only: 'keeps it one row',
        store_id: 'random number of the store; its roots carry it in their names',
        root_number: 'the root that seals the keys of scopes now; 0 until the first is made',
        rotation_due_at: 'when the next root has to take over, because something was erased',
        epoch: 'the day the pages were last written anew, in days since 1970',
        side: 'which half of the pages new scopes are written to',
        is_rewrapping: 'whether pages are being written anew just now',
        changes: 'how many erasures there were; a process that has seen fewer empties its memory',
      },
    },
    scope: {
      meaning: 'the key of an organisation, or of a bucket of people, sealed by the root; empty once it was erased',
      keep: { until: 'two epochs after the scope was erased' },
      columns: {
        scope_id: 'organisation or bucket',
        version: 'counts each new key and each new directory; sealed with them',
        epoch: 'the day its pages were last written anew',
        side: 'which half its pages lie in',
        page_count: 'how many pages it has',
        sealed_key: 'its key, sealed by the root',
        sealed_directory: 'its token key, and where each page begins and which key opens it, sealed by its key',
        erased_change: 'number of the last erasure in it',
      },
    },
    page: {
      meaning: 'the keys of about two hundred owners, sealed by a key of the page’s own',
      keep: { until: 'the next epoch writes it anew' },
      columns: {
        side: 'which half it lies in',
        scope_id: 'organisation or bucket',
        number: 'number of the page in its scope',
        sealed: 'owners and their keys, sealed',
      },
    },
  },
  { empty_side: 'nothing; it empties the half of the pages that no scope points to' },
)
