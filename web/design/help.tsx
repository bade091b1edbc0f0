import { Fragment } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { Dialog } from './dialog.tsx'
import type { ShellLink } from './shell.tsx'

/** Every shortcut there is, told where `?` is pressed. */
export function HelpDialog({ links, close }: { links: readonly ShellLink[]; close: () => void }) {
  const t = useTexts()
  const rows = [
    ['/', t('help.find')],
    ['?', t('help.help')],
    ['z', t('help.undo')],
    ['Esc', t('help.close')],
    ...links.flatMap((link) => (link.keys ? [[link.keys, link.label]] : [])),
  ] as const
  return (
    <Dialog title={t('help.title')} close={close}>
      <table className="keys">
        <tbody>
          {rows.map(([keys, what]) => (
            <tr key={keys}>
              <th scope="row">{what}</th>
              <td>
                {keys?.split(' ').map((key) => (
                  <Fragment key={key}>
                    <kbd>{key}</kbd>{' '}
                  </Fragment>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  )
}
