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
  ])
    assert.equal(wholeIn(text), true, text)
})
