import { Time } from '../../design/time.tsx'
import { useTexts } from '../../texts/use-texts.ts'
import type { ListedDevice } from '../api.ts'
import { useFleetWords } from './words.ts'

/** A reason with its age: "asennettu ilman pääkäyttäjän oikeuksia, alkoi eilen". */
export function Because({ device }: { device: Pick<ListedDevice, 'because' | 'testRulesOnly'> }) {
  const t = useTexts()
  const words = useFleetWords()
  const { because } = device
  return (
    <>
      {because ? (
        <span className="table-sub">
          {words.protection(because.protection)}
          {because.why ? `: ${words.why(because.why)}` : ''}, {t('devices.since')} <Time at={because.since} />
        </span>
      ) : null}
      {device.testRulesOnly ? <span className="table-sub">{t('fleet.testRules')}</span> : null}
    </>
  )
}
