import { Link } from '@tanstack/react-router'
import type { ComponentType, ReactNode } from 'react'

type PlainLinkProps = {
  to: string
  className?: string
  children: ReactNode
  onClick?: () => void
  'aria-label'?: string
}

/** The router's link without the portal's typed paths: the shell serves both apps. */
export const PlainLink = Link as unknown as ComponentType<PlainLinkProps>
