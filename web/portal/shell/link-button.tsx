import { Button, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

type Props = ButtonProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & { ref?: Ref<HTMLAnchorElement> }

/** What leads to a page is a link, also when it looks like a button: it can be opened in a new tab. */
export const LinkButton = createLink((props: Props) => <Button component="a" {...props} />)
