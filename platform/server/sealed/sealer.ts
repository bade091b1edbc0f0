import type { KeyObject } from 'node:crypto'
import { AppError } from '#base/errors'
import { type Description, fieldsOf, type Table } from '../describe.ts'
import { notAllowed } from '../guard.ts'
import type { Keys } from '../keys/keys.ts'
import { programScope } from '../keys/scopes.ts'
import { open, seal } from '../keys/sealing.ts'
import { currentPurpose, type Purpose } from '../purpose.ts'
import { createForm, damaged, type Values } from './fields.ts'
import { createOpened } from './opened.ts'
import { ofDay, ofPerson, type Place } from './places.ts'
import { comparisons, exactToken, trigramKey, trigramTokens } from './tokens.ts'

/** A row as it comes from SQL: it must have the columns that say whose it is and which row, and to open it also the sealed one. */
export type Row = Readonly<Record<string, unknown>>

/** Undefined: whose it was has been erased. Null: there is no such thing. */
export type Opened<Field extends string> = { readonly [Name in Field]: string | null | undefined }

/** What was opened of a row before. It holds while the row has the same sealed value, and its owner a key. */
export type Known = { readonly version: string; readonly values: Values }

const versionBytes = 28
/** Nonce and tag: the first is random and new each time a row is sealed, and the second made of every byte. */
export function versionOf(sealed: Uint8Array | null): string {
  return sealed === null
    ? ''
    : Buffer.from(sealed.buffer, sealed.byteOffset, Math.min(sealed.length, versionBytes)).toString('latin1')
}

export type Sealer<Field extends string = string> = {
  /** `schema.table` */
  readonly name: string
  readonly owner: NonNullable<Table['owner']>
  readonly keep: Table['keep']
  /** The sealed column. */
  readonly column: string
  /** Every field of the description. */
  readonly fields: readonly Field[]
  /** Where the row belongs, by the description. */
  placeOf(row: Row): Place
  /**
   * For new rows. Makes the owners' keys that are missing, so it comes before the transaction that writes the rows, or at least before its
   * end; a key whose row was never written is swept. The values are for the sealed column, in the order of the rows.
   */
  seal(rows: readonly { readonly row: Row; readonly values: Values<Field> }[]): Promise<Buffer[]>
  sealOne(row: Row, values: Values<Field>): Promise<Buffer>
  /** Makes the owners' keys ahead of a transaction, so that sealing in it asks nobody. */
  makeKeys(rows: readonly Row[]): Promise<void>
  /** For a row that is there, and locked: fields that are not named stay. Of an owner who was erased nothing is sealed again. */
  change(row: Row, changes: Partial<Values<Field>>): Promise<Buffer>
  /**
   * Opens these fields of all rows, with one question for the keys of a scope, if the purpose under way allows it. `known`: of whoever keeps what
   * is opened; then nothing else does.
   */
  open<Name extends Field>(
    rows: readonly Row[],
    fields: readonly Name[],
    known?: (place: Place) => Known | undefined,
  ): Promise<Opened<Name>[]>
  openOne<Name extends Field>(row: Row, fields: readonly Name[]): Promise<Opened<Name>>
  /**
   * What an exact look-up compares: an int8, in decimal as the driver takes and gives one. Without a scope: over the whole program, for look-ups
   * before it is known whose it is.
   */
  token(field: Field, value: string, scope?: string): Promise<string>
  /** The same of many. */
  tokens(field: Field, values: readonly string[], scope?: string): Promise<string[]>
  /** For an `int2[]` of a table that is searched by parts of words. */
  trigrams(field: Field, values: readonly string[], scope: string): Promise<number[][]>
}

export function ownerErased(): AppError {
  return new AppError('sealed.owner_erased', 410, 'What is known of this person has been erased.')
}

/** Our own mistake. */
function rowIncomplete(table: string, column: string): Error {
  return new Error(`a row of ${table} was read without ${column}, so it cannot be opened`)
}

function placer(name: string, table: Table): (row: Row) => Place {
  const { owner, sealed } = table
  if (!owner || !sealed) throw new Error(`${name} is not described as sealed: it needs owner and sealed`)
  const column = (row: Row, of: string) => {
    const value = row[of]
    if (value === null || value === undefined) throw rowIncomplete(name, of)
    return value
  }
  const text = (row: Row, of: string) => {
    const value = column(row, of)
    return typeof value === 'string' ? value : String(value)
  }
  const { row: idColumn } = sealed
  return (row) => {
    if (owner.kind === 'time')
      return ofDay(name, new Date(column(row, owner.column) as Date | string), text(row, idColumn ?? owner.column))
    const whose = text(row, owner.column)
    const id = idColumn === undefined ? whose : text(row, idColumn)
    if (owner.kind === 'person') return ofPerson(whose, id)
    return { scope: owner.scope === undefined ? programScope : text(row, owner.scope), owner: whose, id }
  }
}

/** What a value is bound to: in any other table, scope or row, or under another owner, it does not open. */
const boundTo = (name: string, { scope, owner, id }: Place) => `${name}|${scope}|${owner}|${id}`

/** One for all tables, so that there is one limit. */
const opened = createOpened()

/** `fields` are those of the description, repeated so that types know them. */
export function createSealer<const Field extends string>(
  keys: Keys,
  description: Description,
  tableName: string,
  fields: readonly Field[],
): Sealer<Field> {
  const name = `${description.schema}.${tableName}`
  const table = description.tables[tableName]
  const described = Object.keys(table?.sealed?.fields ?? {})
  if (!table?.sealed || described.length !== fields.length || !fields.every((field) => described.includes(field)))
    throw new Error(`${name}: the description seals other fields than ${fields.join(', ')}`)
  const { column: sealedColumn, compared = {} } = table.sealed
  const form = createForm(fields)
  const placeOf = placer(name, table)
  const allowed = new Map<string, ReadonlySet<Purpose>>(
    fieldsOf(description)
      .filter((field) => field.table === tableName && field.isSealed)
      .map((field) => [field.name, new Set<Purpose>([...(field.purposes ?? []), 'rights'])]),
  )
  const trigramKeys = new WeakMap<KeyObject, Map<string, KeyObject>>()

  const findKeys = async (places: readonly Place[], make: boolean) => {
    const scope = places[0]?.scope
    // A page of one organisation, which is nearly every page.
    if (scope !== undefined && places.every((place) => place.scope === scope)) {
      const owners = places.map(({ owner }) => owner)
      const keysOf = make ? await keys.make(scope, owners) : await keys.find(scope, owners)
      return ({ owner }: Place) => keysOf.get(owner)
    }
    const owners = new Map<string, string[]>()
    for (const { scope, owner } of places) {
      const known = owners.get(scope)
      if (known) known.push(owner)
      else owners.set(scope, [owner])
    }
    const found = new Map<string, ReadonlyMap<string, KeyObject>>()
    await Promise.all(
      [...owners].map(async ([scope, some]) => found.set(scope, await keys[make ? 'make' : 'find'](scope, some))),
    )
    return ({ scope, owner }: Place) => found.get(scope)?.get(owner)
  }

  const sealAt = (key: KeyObject, place: Place, values: Values) => seal(key, boundTo(name, place), form.write(values))
  const openAt = (key: KeyObject, place: Place, sealed: Uint8Array, wanted?: readonly string[], isKept = true) => {
    const bound = boundTo(name, place)
    const known = opened.take(key, bound, sealed)
    if (known) return form.read(known, wanted)
    const bytes = open(key, bound, sealed)
    if (!bytes) throw damaged()
    if (isKept) opened.put(key, bound, sealed, bytes)
    return form.read(bytes, wanted)
  }
  const only = (values: Values, wanted: readonly string[]) => {
    const some: Record<string, string | null | undefined> = {}
    for (const field of wanted) some[field] = values[field]
    return some
  }
  const without = (wanted: readonly string[], value: null | undefined) =>
    Object.fromEntries(wanted.map((field) => [field, value]))
  const sealedOf = (row: Row): Uint8Array | null => {
    const value = row[sealedColumn]
    if (value === undefined) throw rowIncomplete(name, sealedColumn)
    return value as Uint8Array | null
  }

  const checkPurpose = (wanted: readonly string[]) => {
    const purpose = currentPurpose()
    for (const field of wanted)
      if (purpose === undefined || !allowed.get(field)?.has(purpose)) throw notAllowed([`${name}.${field}`], purpose)
  }

  const sealer: Sealer<Field> = {
    name,
    owner: table.owner as NonNullable<Table['owner']>,
    keep: table.keep,
    column: sealedColumn,
    fields,
    placeOf,

    async seal(rows) {
      const places = rows.map(({ row }) => placeOf(row))
      const keyOf = await findKeys(places, true)
      return rows.map(({ values }, at) => {
        const place = places[at] as Place
        const key = keyOf(place)
        // Somebody has erased it in the same moment.
        if (!key) throw ownerErased()
        return sealAt(key, place, values)
      })
    },

    async sealOne(row, values) {
      const [sealed] = await sealer.seal([{ row, values }])
      return sealed as Buffer
    },

    async makeKeys(rows) {
      await findKeys(rows.map(placeOf), true)
    },

    async change(row, changes) {
      const place = placeOf(row)
      const key = (await findKeys([place], false))(place)
      if (!key) throw ownerErased()
      const sealed = sealedOf(row)
      return sealAt(key, place, { ...(sealed === null ? {} : openAt(key, place, sealed)), ...changes })
    },

    async open(rows, wanted, known) {
      checkPurpose(wanted)
      const places = rows.map(placeOf)
      const keyOf = await findKeys(places, false)
      return rows.map((row, at) => {
        const place = places[at] as Place
        const sealed = sealedOf(row)
        const key = keyOf(place)
        if (sealed === null) return without(wanted, null)
        // Also of what is known: without its key nothing is told.
        if (!key) return without(wanted, undefined)
        const before = known?.(place)
        return before?.version === versionOf(sealed)
          ? only(before.values, wanted)
          : openAt(key, place, sealed, wanted, !known)
      }) as Opened<(typeof wanted)[number]>[]
    },

    async openOne(row, wanted) {
      const [only] = await sealer.open([row], wanted)
      return only as Opened<(typeof wanted)[number]>
    },

    async token(field, value, scope) {
      const [token] = await sealer.tokens(field, [value], scope)
      return token as string
    },

    async tokens(field, values, scope = programScope) {
      const compare = comparisons[compared[field] ?? 'exactly']
      const key = await keys.tokenKey(scope)
      return values.map((value) => String(exactToken(key, `${name}.${field}`, compare(value))))
    },

    async trigrams(field, values, scope) {
      const root = await keys.tokenKey(scope)
      // As long as the key store's own cache keeps the scope's key, and no longer.
      const known = trigramKeys.get(root) ?? new Map<string, KeyObject>()
      trigramKeys.set(root, known)
      const key = known.get(field) ?? trigramKey(root, `${name}.${field}`)
      known.set(field, key)
      return values.map((value) => trigramTokens(key, value))
    },
  }
  return sealer
}
