/** ZIP archives: read back by another program's reader, the same bytes for the same files. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { zipArchive, type ZipFile } from '../../scripts/core/zip-archive';

/** Reads the central directory as APPNOTE 4.3.12 lays it out. */
function unzip(archive: Buffer): Record<string, Buffer> {
  const files: Record<string, Buffer> = {};
  let at = archive.readUInt32LE(archive.length - 6);
  for (let left = archive.readUInt16LE(archive.length - 12); left > 0; left--) {
    const [packed, nameLength, local] = [archive.readUInt32LE(at + 20), archive.readUInt16LE(at + 28), archive.readUInt32LE(at + 42)];
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const start = local + 30 + archive.readUInt16LE(local + 26);
    files[name] = inflateRawSync(archive.subarray(start, start + packed));
    at += 46 + nameLength;
  }
  return files;
}

const files = fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[a-zé]{1,8}(\/[a-z]{1,8})?\.json$/), bytes: fc.uint8Array({ maxLength: 300 }) }), { selector: ({ name }) => name, maxLength: 6 });

test('what goes in comes out, in whichever order it is given', () => {
  fc.assert(
    fc.property(files, (given: ZipFile[]) => {
      const archive = zipArchive(given);
      expect(unzip(archive)).toEqual(Object.fromEntries(given.map(({ name, bytes }) => [name, Buffer.from(bytes)])));
      expect(zipArchive([...given].reverse()).equals(archive)).toBe(true);
    }),
  );
});

test('another reader finds it sound: names, lengths, checksums', () => {
  const python = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (python === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'scout-zip-'));
  try {
    const file = join(folder, 'a.zip');
    writeFileSync(file, zipArchive([{ name: 'b/ü.txt', bytes: Buffer.from('x'.repeat(5000)) }, { name: 'a.txt', bytes: Buffer.from('') }]));
    const said = execFileSync(python, ['-c', 'import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(z.testzip(),[(i.filename,i.file_size,i.date_time,oct(i.external_attr>>16)) for i in z.infolist()])', file], { encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf8' } });
    expect(said.trim()).toBe("None [('a.txt', 0, (1980, 1, 1, 0, 0, 0), '0o100644'), ('b/ü.txt', 5000, (1980, 1, 1, 0, 0, 0), '0o100644')]");
    expect(readFileSync(file).subarray(0, 2).toString()).toBe('PK');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
