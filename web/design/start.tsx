import './design.css'
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiProblem } from './client.ts'
import { readNonce } from './nonce.ts'
import { createScheme, schemeOf, type Theme } from './scheme.ts'
import { resolver, theme } from './theme.ts'

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays a refusal; only silence is worth a second try.
      retry: (count, error) => count < 2 && error instanceof ApiProblem && error.status === 0,
      throwOnError: false,
    },
    mutations: { retry: false },
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
