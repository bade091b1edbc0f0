import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { activities } from '#portal/organizations/api'
import { Dialog } from '../../design/dialog.tsx'
import { ProblemNote } from '../../design/problem.tsx'
import { queries } from '../../design/start.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { Activity } from '../api.ts'

type ActivitiesDialogProps = {
  title: string
  what: string
  label: string
  /** What can be handed over; one company may hand over one of them and keep the others. */
  possible?: readonly Activity[]
  /** What has been so far. */
  before?: readonly Activity[]
  act: string
  begin: (chosen: readonly Activity[]) => Promise<void>
  close: () => void
}

/** IT is handed over for named activities and no more (PT-02). */
export function ActivitiesDialog({
  title,
  what,
  label,
  possible = activities,
  before = [],
  act,
  begin,
  close,
}: ActivitiesDialogProps) {
  const t = useTexts()
  const [chosen, setChosen] = useState<Activity[]>([...before])
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const submit = async () => {
    setIsBusy(true)
    try {
      await begin(chosen)
      close()
      await queries.invalidateQueries()
    } catch (error) {
      setProblem(error)
      setIsBusy(false)
    }
  }
  return (
    <Dialog title={title} close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <p>{what}</p>
        <Checkbox.Group
          label={label}
          value={chosen}
          onChange={(values) => setChosen(possible.filter((one) => values.includes(one)))}
        >
          {possible.map((activity) => (
            <Checkbox
              key={activity}
              value={activity}
              label={t(`activities.${activity}`)}
              description={t(`activityOpens.${activity}`)}
              mt={10}
            />
          ))}
        </Checkbox.Group>
        {problem ? <ProblemNote error={problem} /> : null}
        <div className="actions">
          <Button type="submit" disabled={chosen.length === 0} loading={isBusy}>
            {act}
          </Button>
          <Button variant="default" onClick={close}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
