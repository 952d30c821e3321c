/** A failure of reading or writing in, what it says as a person would say it out. */

/** What disks say when they refuse, as a person says it. */
export const DISK_TROUBLES: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  ENOENT: 'there is no such file or folder',
  EEXIST: 'something else has that name already',
  ENOTEMPTY: 'another program has written to it meanwhile',
  EBUSY: 'it is in use',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EFBIG: 'it would be larger than files may be',
  EIO: 'the disk reports an error',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
};

/** `there is no such file or folder`; the error's own message where it is none of a disk. */
export function diskSays(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return (typeof code === 'string' ? DISK_TROUBLES[code] : undefined) ?? (error instanceof Error ? error.message : String(error));
}
