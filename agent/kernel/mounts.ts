import { libc, must } from '#engine/confined'

const mount = (source: string, target: string, type: string | null, flags: number) =>
  libc('int mount(const char *source, const char *target, const char *type, ulong flags, void *data)')(
    source,
    target,
    type,
    flags,
    null,
  )

/** A mount namespace of this thread's own, and of the processes it starts: what is mounted there is seen nowhere else. */
export function enterOwnMounts(): void {
  const [newMounts, recursive, isPrivate] = [0x20000, 0x4000, 0x40000]
  must('give a mount namespace', libc('int unshare(int flags)')(newMounts))
  must('keep mounts private', mount('none', '/', null, recursive | isPrivate))
}

/** An empty file system in memory. */
export const mountMemory = (folder: string): void => void must('mount memory', mount('tmpfs', folder, 'tmpfs', 0))
