/** The nonce of this response, which the server wrote where Vite left room for it. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

export const readNonce = () => nonce

// The scroll lock under Mantine's dialogs adds a style element and asks this name for its nonce.
Object.assign(globalThis, { __webpack_nonce__: nonce })
