import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { tell } from '../../design/toasts.ts'
import { useTexts } from '../../texts/use-texts.ts'
import { type Activity, type OrganizationNode, organizations } from '../api.ts'
import { useOrganization } from '../session.ts'
import { activities } from './activities.ts'

/** A company hands its IT over for named activities and no more (PT-02). */
export function OutsourceDialog({ node, close }: { node: OrganizationNode; close: () => void }) {
  const t = useTexts()
  const here = useOrganization()
  const [chosen, setChosen] = useState<Activity[]>([])
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const begin = async () => {
    setIsBusy(true)
    try {
      await organizations.outsource(here.organizationId, node.organizationId, chosen)
      tell(t('organizations.begun', { name: node.name }))
      close()
      await queries.invalidateQueries()
    } catch (error) {
      setProblem(error)
      setIsBusy(false)
    }
  }
  const title = t('organizations.beginTitle', { name: node.name })
  return (
    <Dialog title={title} close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void begin()
        }}
      >
        <p>{t('organizations.beginWhat', { here: here.name, name: node.name })}</p>
        <Checkbox.Group
          label={t('organizations.activities')}
          value={chosen}
          onChange={(values) => setChosen(activities.filter((one) => values.includes(one)))}
        >
          {activities.map((activity) => (
            <Checkbox key={activity} value={activity} label={t(`activities.${activity}`)} mt={10} />
          ))}
        </Checkbox.Group>
        {problem ? <ProblemNote error={problem} /> : null}
        <div className="actions">
          <Button type="submit" disabled={chosen.length === 0} loading={isBusy}>
            {t('organizations.begin')}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
