import { type FormEvent, useState } from 'react'
import { useTexts } from '../texts/use-texts.ts'
import { ApiProblem } from './client.ts'
import { ConfirmationGivenUp } from './given-up.ts'

type Values = Record<string, string>
type Rule = 'required' | 'email'

/** One person's eye over an address; whether it lives is found out by sending to it. */
const LOOKS_LIKE_EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

function brokenRule(value: string, rules: readonly Rule[]): Rule | undefined {
  const text = value.trim()
  if (rules.includes('required') && text === '') return 'required'
  if (rules.includes('email') && text !== '' && !LOOKS_LIKE_EMAIL.test(text)) return 'email'
  return undefined
}

/** Fields of one form: values, what is wrong with each, and sending. The server's own findings land on their fields. */
export function useForm<V extends Values>(
  start: V,
  rules: Partial<Record<keyof V, readonly Rule[]>>,
  sendIt: (values: V) => Promise<unknown>,
) {
  const t = useTexts()
  const [values, setValues] = useState(start)
  const [wrong, setWrong] = useState<Partial<Record<keyof V, string>>>({})
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setIsBusy] = useState(false)

  const set = (name: keyof V, value: string) => {
    setValues((now) => ({ ...now, [name]: value }))
    setWrong(({ [name]: _gone, ...rest }) => rest as Partial<Record<keyof V, string>>)
  }

  const check = (form: HTMLFormElement): boolean => {
    const found = Object.keys(values).flatMap((name) => {
      const rule = brokenRule(values[name] ?? '', rules[name] ?? [])
      return rule ? [[name, t(`form.${rule}`)] as const] : []
    })
    setWrong(Object.fromEntries(found) as Partial<Record<keyof V, string>>)
    const first = found[0]?.[0]
    if (first) form.querySelector<HTMLElement>(`[name="${first}"]`)?.focus()
    return found.length === 0
  }

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (isBusy || !check(event.currentTarget)) return
    setIsBusy(true)
    setProblem(undefined)
    const trimmed = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.trim()])) as V
    try {
      await sendIt(trimmed)
    } catch (error) {
      if (error instanceof ConfirmationGivenUp) return
      // The server names a field by its whole path: "controller.name" is the field "name" of this form, and "addresses.0" the field "addresses".
      const named =
        error instanceof ApiProblem
          ? Object.keys(error.fields).map((path) => path.split('.').findLast((part) => part in values))
          : []
      const known = named.filter((name) => name !== undefined)
      setWrong(Object.fromEntries(known.map((name) => [name, t('form.refused')])) as Partial<Record<keyof V, string>>)
      if (known.length === 0) setProblem(error)
    } finally {
      setIsBusy(false)
    }
  }

  const field = (name: keyof V & string) => ({
    name,
    value: values[name],
    error: wrong[name],
    onChange: (event: { currentTarget: { value: string } }) => set(name, event.currentTarget.value),
    withAsterisk: false,
    required: false,
    'aria-required': rules[name]?.includes('required') ?? false,
  })

  return { values, set, field, problem, isBusy, submit }
}
