import { type ReactNode, useEffect } from 'react'
import { sayNumber } from './say-number.ts'

type PageProps = {
  /** What the page is called, for the tab and the history. */
  name: string
  /** The sentence that answers the page's question. */
  title: string
  sub?: ReactNode
  actions?: ReactNode
  children?: ReactNode
}

/** Every page: one sentence that answers, then what needs doing, then facts. */
export function Page({ name, title, sub, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${name} – Vartio`
  }, [name])
  return (
    <>
      <div className="page-head">
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {sub ? <p className="page-sub">{sub}</p> : null}
        </div>
        {actions ? <div className="actions">{actions}</div> : null}
      </div>
      {children}
    </>
  )
}

export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {actions ? <div className="actions">{actions}</div> : null}
      </div>
      {children}
    </section>
  )
}

/** An empty page teaches: what will be here, why it is not, the one step to get it. */
export function Empty({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      <p>{children}</p>
      {action ? <div>{action}</div> : null}
    </div>
  )
}

export type Fact = readonly [name: string, value: ReactNode]

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === 'number' ? sayNumber(value) : value}</dd>
        </div>
      ))}
    </dl>
  )
}
