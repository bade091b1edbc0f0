import './design.css'
import { MantineProvider } from '@mantine/core'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiProblem } from './client.ts'
import { readNonce } from './nonce.ts'
import { createScheme, schemeOf, type Theme } from './scheme.ts'
import { resolver, theme } from './theme.ts'

/** The query that says who is signed in is marked so: see below. */
export const isSession = { isSession: true } as const

export const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // The session ended under an open page, or the right to be in this company: who is signed in is asked anew, and the answer says what happened.
      if (!(error instanceof ApiProblem) || query.meta?.isSession) return
      if (error.status !== 401 && error.code !== 'organizations.outsourcing_ended') return
      void queries.invalidateQueries({ predicate: ({ meta }) => meta?.isSession === true })
    },
  }),
  defaultOptions: {
    queries: {
      // One question for all parts of a page, but a page that is opened again asks again: somebody may have joined meanwhile.
      staleTime: 2_000,
      // The server may be this very machine: what the browser thinks of the network says nothing about reaching it.
      networkMode: 'always',
      // A refusal stays a refusal; only silence is worth a second try.
      retry: (count, error) => count < 2 && error instanceof ApiProblem && error.status === 0,
      throwOnError: false,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})

export function showApp(app: ReactNode, chosen: Theme): void {
  const root = document.getElementById('app')
  if (!root) throw new Error('index.html has no #app')
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={resolver}
        colorSchemeManager={createScheme(chosen)}
        defaultColorScheme={schemeOf(chosen)}
        getStyleNonce={readNonce}
      >
        <QueryClientProvider client={queries}>{app}</QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
