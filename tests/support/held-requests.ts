import { join } from 'node:path'
import { connectAdmin } from '#supervisor/postgres'
import type { RunningVartio } from '#tests/vartio'

/** Requests of persons are done in a moment; here those that come wait until they are let go. */
export function createHeldRequests({ folder }: Pick<RunningVartio, 'folder'>) {
  const sql = connectAdmin(join(folder, 'run'), 'privacy')
  return {
    sql,
    async begin(): Promise<void> {
      await sql.unsafe(`
        create function requests.wait_for_test() returns trigger language plpgsql as
          $$ begin new.next_attempt_at := new.received_at + interval '20 hours'; return new; end $$;
        create trigger wait_for_test before insert on requests.request for each row execute function requests.wait_for_test()`)
    },
    /** All that wait, and those that come. */
    async end(): Promise<void> {
      await sql.unsafe(`
        drop trigger wait_for_test on requests.request;
        drop function requests.wait_for_test();
        update requests.request set next_attempt_at = pg_catalog.now() where finished_at is null`)
    },
    close: () => sql.end(),
  }
}
