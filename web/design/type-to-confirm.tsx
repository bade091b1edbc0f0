import { Button, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { Dialog } from './dialog.tsx'
import { ProblemNote } from './problem.tsx'

type Props = {
  title: string
  /** What will be lost, in words. */
  children: ReactNode
  /** What the person types, because it cannot be undone. */
  word: string
  label: string
  act: string
  run: () => Promise<unknown>
  close: () => void
}

const plain = (text: string) => text.trim().toLocaleLowerCase().replaceAll(/\s+/g, ' ')

/** Where a thing cannot be undone, the person types what will be lost. */
export function TypeToConfirm({ title, children, word, label, act, run, close }: Props) {
  const t = useTexts()
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)
  const isSame = plain(typed) === plain(word)
  const submit = async () => {
    setIsBusy(true)
    try {
      await run()
      close()
    } catch (problem) {
      setError(problem)
      setIsBusy(false)
    }
  }
  return (
    <Dialog title={title} close={close}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (isSame) void submit()
        }}
      >
        <div>{children}</div>
        <TextInput
          label={label}
          description={word}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        {error ? <ProblemNote error={error} /> : null}
        <div className="actions">
          <Button type="submit" color="red" disabled={!isSame} loading={isBusy}>
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
