import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** A file system of ext4 in a file, mounted where only this bench sees it. */
export function mountOwn(folder: string, gigabytes: number): { device: string; unmount(): void } {
  const image = join(folder, 'image')
  const device = join(folder, 'device')
  mkdirSync(device)
  execFileSync('truncate', ['-s', `${gigabytes}G`, image])
  execFileSync('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image])
  execFileSync('mount', ['-o', 'loop', image, device])
  return {
    device,
    unmount() {
      execFileSync('umount', ['-l', device])
      rmSync(image)
    },
  }
}
