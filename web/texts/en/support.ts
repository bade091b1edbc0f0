/** The notice of the support tool, where somebody meets a fault. */
export const support = {
  title: 'If the fault stays',
  server:
    'The support tool gathers versions, figures and error codes of the server into one file, and nobody’s personal data. It sends nothing: you read the file and decide whether to deliver it to whoever helps.',
  device:
    'The support tool gathers versions, the state of protections and error codes of the device into one file, and nobody’s personal data. It sends nothing: the file stays on the device until you have read it and decide to deliver it to the provider.',
} as const
