import { Button, type CSSVariablesResolver, createTheme, type MantineColorsTuple, Menu } from '@mantine/core'

// Mantine wants ten shades; ours come from tokens.css, so each shade is the same variable.
const shades = (name: string) => Array.from({ length: 10 }, () => `var(${name})`) as unknown as MantineColorsTuple

const sizes = { xs: '13px', sm: '15px', md: '15px', lg: '17px', xl: '28px' }

export const theme = createTheme({
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontSizes: sizes,
  defaultRadius: 8,
  radius: { xs: '4px', sm: '8px', md: '8px', lg: '8px', xl: '8px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  primaryColor: 'pine',
  primaryShade: 6,
  colors: { pine: shades('--accent'), red: shades('--danger') },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { variant: 'filled', size: 'sm', fw: 500 } }),
    // A menu belongs to the page's content: outside it a screen reader would not meet it among the landmarks.
    Menu: Menu.extend({
      defaultProps: { withInitialFocusPlaceholder: false, shadow: 'none', portalProps: { target: '#main' } },
    }),
    ModalRoot: { defaultProps: { shadow: 'none', transitionProps: { duration: 120 } } },
    ModalOverlay: { defaultProps: { color: 'var(--shade)', backgroundOpacity: 1 } },
  },
})

const variables = {
  '--mantine-color-body': 'var(--ground)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-bright': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--mute)',
  '--mantine-color-placeholder': 'var(--mute)',
  '--mantine-color-error': 'var(--danger)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-default': 'var(--raise)',
  '--mantine-color-default-hover': 'var(--tint)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--edge)',
  '--mantine-color-pine-filled': 'var(--accent)',
  '--mantine-color-pine-filled-hover': 'var(--accent-strong)',
  '--mantine-color-pine-light': 'var(--tint)',
  '--mantine-color-pine-light-hover': 'var(--tint)',
  '--mantine-color-pine-outline-hover': 'var(--tint)',
  '--mantine-color-red-light': 'var(--tint)',
  '--mantine-color-red-light-hover': 'var(--tint)',
  '--mantine-color-red-light-color': 'var(--danger)',
  '--mantine-color-red-outline': 'var(--danger)',
  '--mantine-color-red-outline-hover': 'var(--tint)',
  '--mantine-color-red-filled': 'var(--danger)',
  '--mantine-color-red-filled-hover': 'var(--danger-strong)',
  '--mantine-color-pine-light-color': 'var(--accent)',
  '--mantine-color-pine-outline': 'var(--accent)',
  '--mantine-color-pine-contrast': 'var(--on-accent)',
  '--mantine-primary-color-contrast': 'var(--on-accent)',
}

export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: variables, dark: variables })
