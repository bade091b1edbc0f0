import { browserName } from '../../design/browser-name.ts'
import type { AuditRecord } from '../api.ts'

/** From where: the address, and the browser in words people know; the exact text on hover. */
export function Place({ from }: { from: AuditRecord['from'] }) {
  return (
    <>
      {from.ip ?? '–'}
      {from.userAgent ? (
        <span className="table-sub" title={from.userAgent}>
          {browserName(from.userAgent)}
        </span>
      ) : null}
    </>
  )
}
