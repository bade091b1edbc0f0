import i18next from 'i18next'
import { useTexts } from '../../texts/use-texts.ts'
import type { AuditRecord } from '../api.ts'

/** Names of who did and of what was touched. An erased person has no name left, and that is said. */
export function useTargets() {
  const t = useTexts()
  const kindName = (kind: string) =>
    i18next.exists(`kinds.${kind}`) ? i18next.t(`kinds.${kind}` as 'kinds.person') : kind
  return {
    actorName: (actor: AuditRecord['actor']) =>
      actor.name ?? (actor.kind === 'person' ? t('audit.erased') : kindName(actor.kind)),
    targetName: (target: AuditRecord['target']) => target.name ?? kindName(target.kind),
  }
}
