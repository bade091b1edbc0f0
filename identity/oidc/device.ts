const browsers: readonly [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\/|\bHeadlessChrome\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: readonly [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** "Firefox, Linux": enough to know one's own sessions apart. Version, model and language stay out: together they would single a person out. */
export function nameDevice(userAgent: string): string {
  const agent = userAgent.slice(0, 400)
  const name = (known: readonly [RegExp, string][]) => known.find(([pattern]) => pattern.test(agent))?.[1]
  return [name(browsers), name(systems)].filter((part) => part !== undefined).join(', ')
}
