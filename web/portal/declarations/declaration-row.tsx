import { Button } from '@mantine/core'
import { State } from '../../design/state.tsx'
import { Day } from '../../design/time.tsx'
import { tell, tellProblem } from '../../design/toasts.ts'
import { useLanguage, useTexts } from '../../texts/use-texts.ts'
import { type DeclaredPledge, declarations } from '../api.ts'
import { useOrganization } from '../session.ts'

type DeclarationRowProps = { pledge: DeclaredPledge; declare: () => void; refresh: () => Promise<void> }

export function DeclarationRow({ pledge, declare, refresh }: DeclarationRowProps) {
  const t = useTexts()
  const language = useLanguage()
  const { organizationId } = useOrganization()
  const { declaration, isKept } = pledge
  const says = pledge.says[language]
  const withdraw = (declarationId: string) =>
    declarations.withdraw(organizationId, declarationId).then(async () => {
      tell(t('declarations.wasWithdrawn'))
      await refresh()
    }, tellProblem)
  return (
    <tr>
      <td>
        {says}
        <span className="table-sub">
          {pledge.clauses.join(', ')}: {pledge.how[language]}
        </span>
      </td>
      <td>
        <DeclarationState pledge={pledge} />
      </td>
      <td className="table-act">
        <div className="actions">
          <Button
            size="xs"
            variant={isKept ? 'subtle' : 'filled'}
            onClick={declare}
            aria-label={`${isKept ? t('declarations.again') : t('declarations.declare')}: ${says}`}
          >
            {isKept ? t('declarations.again') : t('declarations.declare')}
          </Button>
          {declaration && isKept ? (
            <Button
              size="xs"
              variant="subtle"
              onClick={() => withdraw(declaration.declarationId)}
              aria-label={`${t('declarations.withdraw')}: ${says}`}
            >
              {t('declarations.withdraw')}
            </Button>
          ) : null}
        </div>
      </td>
    </tr>
  )
}

function DeclarationState({ pledge: { declaration, isKept } }: { pledge: DeclaredPledge }) {
  const t = useTexts()
  if (!declaration) return <State is="waiting">{t('declarations.nobody')}</State>
  return (
    <>
      <State is={isKept ? 'good' : 'over'}>
        {isKept
          ? t('declarations.kept')
          : declaration.withdrawnAt
            ? t('declarations.withdrawn')
            : declaration.by
              ? t('declarations.over')
              : t('declarations.nobody')}
      </State>
      <span className="table-sub">
        {declaration.by ?? t('audit.erased')}, <Day at={declaration.declaredAt} /> – <Day at={declaration.until} />
      </span>
      {declaration.statement ? <span className="table-sub">{declaration.statement}</span> : null}
    </>
  )
}
