import { Checkbox } from '@mantine/core'
import { logKinds, type ReceiverEvent, type ReceiverKind, receiverEvents } from '#portal/receivers/api'
import { useTexts } from '../../texts/use-texts.ts'

export const isLog = (kind: ReceiverKind) => logKinds.includes(kind)

type Props = {
  kind: ReceiverKind
  events: readonly ReceiverEvent[]
  setEvents: (events: ReceiverEvent[]) => void
  hasNames: boolean
  setHasNames: (hasNames: boolean) => void
}

/** Of what a receiver is told, and whether with names. */
export function EventFields({ kind, events, setEvents, hasNames, setHasNames }: Props) {
  const t = useTexts()
  return (
    <>
      {isLog(kind) ? (
        <p className="mute small">{t('receivers.onlyDetections')}</p>
      ) : (
        <Checkbox.Group
          label={t('receivers.events')}
          value={[...events]}
          onChange={(values) => setEvents(receiverEvents.filter((one) => values.includes(one)))}
        >
          {receiverEvents.map((event) => (
            <Checkbox key={event} value={event} label={t(`receivers.eventNames.${event}`)} mt={10} />
          ))}
        </Checkbox.Group>
      )}
      <Checkbox
        label={t('receivers.hasNames')}
        description={t('receivers.hasNamesWhat')}
        checked={hasNames}
        onChange={(event) => setHasNames(event.currentTarget.checked)}
      />
    </>
  )
}
