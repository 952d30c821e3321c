import { judgeArchive, lockArchive, type LockedArchive, type PackageLock } from '../../scripts/packages/lock-file';
import { repinDependencies } from '../../scripts/packages/repin';

const ID = { name: 'a.b', version: '1.0.0' };
const archive = (source: LockedArchive['source'], sha256: string) => ({ ...ID, source, sha256 });
const lock: PackageLock = { archives: [archive('npm-registry', 'n1')] };

test.each([
  ['the locked hash', archive('npm-registry', 'n1'), 'known'],
  ['the locked hash from another source', archive('registry', 'n1'), 'known'],
  ["the first archive of FHIR's own registry", archive('fhir-registry', 'f1'), 'new'],
  ['a package that the lock does not name', { ...archive('registry', 'x'), name: 'c.d' }, 'new'],
  ['another version of a locked package', { ...archive('npm-registry', 'x'), version: '2.0.0' }, 'new'],
] as const)('%s is %s', (_what, candidate, verdict) => {
  expect(judgeArchive(lock, candidate, false)).toBe(verdict);
});

test.each([
  ['another hash from the locked source', lock, archive('npm-registry', 'n2')],
  ['another hash from a registry the user named', lock, archive('registry', 'r1')],
  ["a second hash from FHIR's own registry", { archives: [...lock.archives, archive('fhir-registry', 'f1')] }, archive('fhir-registry', 'f2')],
])('%s is refused, unless it is to be accepted', (_what, known, candidate) => {
  expect(() => judgeArchive(known, candidate, false)).toThrow(expect.objectContaining({ code: 'wrong-hash' }) as Error);
  expect(judgeArchive(known, candidate, true)).toBe('new');
});

test('known bytes that unpack to something else are an error', () => {
  const content = { files: 3, sha256: 'c1' };
  const learned = lockArchive(lock, { ...archive('npm-registry', 'n1'), content }, false);
  expect(learned).toEqual({ lock: { archives: [{ ...archive('npm-registry', 'n1'), content }] }, news: true });
  expect(lockArchive(learned.lock, { ...archive('registry', 'n1'), content }, false).news).toBe(false);
  expect(() => lockArchive(learned.lock, { ...archive('npm-registry', 'n1'), content: { files: 2, sha256: 'c2' } }, false)).toThrow(expect.objectContaining({ code: 'wrong-content' }) as Error);
});

test('re-pinning changes what is stated otherwise, drops what is to go, and adds nothing', () => {
  const row = { ...ID, purpose: 'test', repin: { 'x.y': '2', 'gone.z': null, 'not.stated': '1' } };
  const packageJson = { name: 'a.b', dependencies: { 'x.y': '1', 'gone.z': '3', 'core.k': '4' }, title: 'kept' };
  const first = repinDependencies(row, packageJson);
  expect(first.packageJson).toEqual({ name: 'a.b', dependencies: { 'x.y': '2', 'core.k': '4' }, title: 'kept' });
  expect(first.changes).toEqual([{ dependency: 'x.y', from: '1', to: '2' }, { dependency: 'gone.z', from: '3', to: null }]);
  expect(repinDependencies(row, first.packageJson).changes).toEqual([]);
});
