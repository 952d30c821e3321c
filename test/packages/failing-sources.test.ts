/** What comes of sources that break off, stall, lie or are not there: nothing half-fetched, and a reason for each. */
import { existsSync, readdirSync } from 'node:fs';
import { startRegistry } from './fake-registry';
import { cache, ensure, failure, lockFile, registry, SHORT } from './fresh-cache';
import { publishAll, TERMINOLOGY } from './sample-packages';

describe('a source that fails', () => {
  test.each(['cut', 'cut-chunked', 'stall', 'lies'] as const)('a download that breaks (%s) leaves nothing behind', async (how) => {
    registry.misbehave(how);
    const error = await failure({ timeouts: SHORT });
    expect(error.code).toBe('no-package-source');
    expect(error.message).toContain(registry.url);
    expect(readdirSync(cache)).toEqual([]);
    expect(existsSync(lockFile)).toBe(false);
    registry.misbehave(undefined);
    expect((await ensure()).complete).toBe(true);
  });

  test.each([
    ['silent', 'no answer within 0.4 s'],
    ['html', 'answers, but not as a package registry does'],
    ['login', 'asks for a login'],
  ] as const)('%s: the error says so', async (how, said) => {
    registry.misbehave(how);
    expect((await failure({ timeouts: SHORT })).message).toContain(`registry ${registry.url}: ${said}`);
  });

  test('several are named, each with its reason', async () => {
    const silent = await startRegistry();
    silent.misbehave('silent');
    const error = await failure({ packages: [TERMINOLOGY], registries: [silent.url, 'http://127.0.0.1:1'], timeouts: SHORT });
    await silent.close();
    expect(error.message).toContain(`${silent.url}: no answer within 0.4 s`);
    expect(error.message).toMatch(/http:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
    expect(error.hint).toContain('--registry');
  });

  test('the next one is asked', async () => {
    const broken = await startRegistry();
    await publishAll(broken);
    broken.misbehave('cut');
    const report = await ensure({ registries: ['http://127.0.0.1:1', broken.url, registry.url] });
    await broken.close();
    expect(report.packages.map(({ registry: from }) => from)).toEqual([registry.url, registry.url, registry.url]);
  });

  test('a version that no registry has is told apart from a registry that is not there', async () => {
    const error = await failure({ packages: [{ ...TERMINOLOGY, version: '9.9.9' }] });
    expect(error.message).toContain('does not have test.terminology#9.9.9');
  });

  test('credentials in an address stay out of messages', async () => {
    const error = await failure({ registries: ['http://user:secret@127.0.0.1:1'] });
    expect(error.message).toContain('http://127.0.0.1:1');
    expect(error.message).not.toContain('secret');
  });

  test('without a network source the error says that none was asked', async () => {
    const error = await failure({ sources: ['cache'], registries: [] });
    expect([error.code, error.message, registry.requests]).toEqual(['no-package-source', expect.stringContaining('No other source was to be asked') as string, []]);
  });

  test('an interruption ends the run and leaves nothing behind', async () => {
    registry.misbehave('stall');
    const abort = new AbortController();
    const running = ensure({ signal: abort.signal });
    while (!registry.requests.some((path) => path.endsWith('.tgz'))) await new Promise((done) => setTimeout(done, 5));
    abort.abort(new Error('stopped by the user'));
    await expect(running).rejects.toThrow('stopped by the user');
    expect(readdirSync(cache)).toEqual([]);
  });
});
