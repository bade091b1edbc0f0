/** A word of ours, made of what people call it. */
export function nameOf(front: 'own' | 'company', title: string): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()
    .split(' ')
    .map((word) => word.slice(0, 12))
    .filter(Boolean)
    .slice(0, 3)
  return [front, ...(words.length > 0 ? words : ['rules'])].join('-')
}
