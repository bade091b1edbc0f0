import { qrCode } from './qr-code.ts'

/** A link for a camera. The same stands beside it as text; dark on light in both themes, since readers do not know it the other way round. */
export function Qr({ text, label }: { text: string; label: string }) {
  const { size, rows } = qrCode(text)
  const dark = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={dark} fill="#000" />
    </svg>
  )
}
