import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMentions } from './guard-mentions.ts'

const tablesOf = (text: string) => [...readMentions(text).tables].filter(([name]) => name.startsWith('crew.'))
const wholeIn = (text: string) => tablesOf(text).some(([, { isWhole }]) => isWhole)

test('finds tables and functions however they are written, and neither in values nor in comments', () => {
  assert.deepEqual(
    tablesOf(`select 1 from crew.person where x = 'crew.letter' -- crew.note
      and y in (select 1 from "crew"."membership") /* crew.gone */ and z = $tag$ crew.quoted $tag$`),
    [
      ['crew.person', { isWhole: false }],
      ['crew.membership', { isWhole: false }],
    ],
  )
  assert.deepEqual([...readMentions('select * from Crew . List_Members ($1)').functions], ['crew.list_members'])
  assert.deepEqual(tablesOf('insert into crew.person (name) values ($1)'), [['crew.person', { isWhole: false }]])
})

test('tells a whole row that is used as a value from one that only stands before its columns', () => {
  for (const text of [
    'select p.name || p.email from crew.person p where p.person_id = $1',
    'select count(*) from crew.person as p join crew.membership m on m.person_id = p.person_id',
    'select * from crew.person',
    'update crew.person p set name = $1 where person_id = $2 returning (name = $3) as is_new',
    'delete from crew.person where person_id = $1 returning 1',
    'select (select count(*) from crew.membership m where m.person_id = p.person_id) from crew.person p for update of p',
    'insert into crew.person as p (name) values ($1) on conflict (name) do update set name = excluded.name returning p.name',
  ])
    assert.equal(wholeIn(text), false, text)
  for (const text of [
    'select to_jsonb(p) from crew.person p',
    'select p from crew.person p',
    'select person from crew.person',
    'select json_agg(person) from crew.person',
    'select (p)::text from crew.person p',
    'select p::text from crew.person p',
    'select 1, p from crew.person as p',
    'select row(p.*) from crew.person p',
    'select coalesce(null, p.*) from crew.person p',
    'delete from crew.person p returning p',
    "select '' || p from crew.person p",
    "select p || '' from crew.person p",
    'select null = p from crew.person p',
  ])
    assert.equal(wholeIn(text), true, text)
})

test('EP-28 what hides a table from whoever reads the text hides it no longer', () => {
  for (const text of [
    `select 1 as "--", pg_catalog.lower(p.name) from crew.person p`,
    `select 1 as "'", pg_catalog.lower(p.name) from crew.person p where x = 'a'`,
    `select E'\\'' as quote, pg_catalog.lower(p.name) from crew.person p where x = ' '`,
    'select $1, $2$1, pg_catalog.lower(p.name) from crew.person p where x = $2$1',
  ])
    assert.deepEqual(tablesOf(text), [['crew.person', { isWhole: false }]], text)
})

test('EP-28 columns that are handed on by * are seen, and so is a statement that shows nothing of what it reads', () => {
  for (const text of [
    'select to_jsonb(q) from (select * from crew.person) q',
    'with q as (select p.* from crew.person p) select to_jsonb(q) from q',
    'with q as (delete from crew.person returning *) select to_jsonb(q) from q',
    'select to_jsonb(q) from (select 1, p.* from crew.person p) q',
    'select to_jsonb(q) from (select distinct * from crew.person) q',
  ])
    assert.equal(readMentions(text).hasEveryColumn, true, text)
  for (const text of ['select count(*) from crew.person', 'select 2 * 3, p.height * 2 from crew.person p'])
    assert.equal(readMentions(text).hasEveryColumn, false, text)
  for (const text of [
    'execute earlier',
    'begin; fetch all from opened',
    `select pg_catalog.query_to_xml('select * from crew.person', true, true, '')`,
    `select pg_catalog.table_to_xml('crew.person', true, true, '')`,
    `select * from pg_catalog.ts_stat('select name from crew.person')`,
    'select most_common_vals::text from pg_catalog.pg_stats_ext',
    'select pg_catalog.lower(p.name) from U&"cr\\0065w".person p',
  ])
    assert.equal(readMentions(text).isHidden, true, text)
  for (const text of ['select name from crew.person for update', 'select 1 limit 1', 'show work_mem'])
    assert.equal(readMentions(text).isHidden, false, text)
})
