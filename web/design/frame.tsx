import { type ReactNode, useEffect } from 'react'
import { changeLanguage } from '../texts/texts.ts'
import { useLanguage, useTexts } from '../texts/use-texts.ts'
import { ToastList } from './toast-list.tsx'

type FrameProps = { name: string; title: string; lead?: ReactNode; children?: ReactNode; canChangeLanguage?: boolean }

/** One column, one decision: the pages before and beside the portal proper. */
export function Frame({ name, title, lead, children, canChangeLanguage = true }: FrameProps) {
  const t = useTexts()
  const language = useLanguage()
  useEffect(() => {
    document.title = `${name} – Vartio`
  }, [name])
  const other = language === 'fi' ? 'en' : 'fi'
  return (
    <div className="frame">
      <header className="mark">
        Vartio<span>.</span>
      </header>
      <main className="frame-main">
        <div className="page-head">
          <div>
            <h1 tabIndex={-1}>{title}</h1>
            {lead ? <p className="page-sub">{lead}</p> : null}
          </div>
        </div>
        {children}
      </main>
      <footer className="frame-foot">
        <span>{t('frame.keeps')}</span>
        <a href="/notice">{t('frame.notice')}</a>
        <a href="/pledges">{t('frame.pledges')}</a>
        <a href="/contact">{t('frame.contact')}</a>
        {canChangeLanguage ? (
          <button type="button" className="as-link" lang={other} onClick={() => changeLanguage(other)}>
            {t('frame.language')}
          </button>
        ) : null}
      </footer>
      <ToastList />
    </div>
  )
}
