import type { Exchange, HttpResponse } from '../../scripts/core/result';
import { createClient, isReadOnly, type ClientOptions } from '../../scripts/tester/http/client';
import type { Transport } from '../../scripts/tester/http/transport';
import { BASE, fakeServer, noWait, statement } from './fake-server';

const options = (more: Partial<ClientOptions>): ClientOptions => ({
  base: BASE,
  mode: 'read-only',
  userAgent: 'scout-test',
  concurrency: 4,
  timeoutMs: 1000,
  maxBytes: 1_000_000,
  wait: noWait,
  ...more,
});

const get = { method: 'GET', url: 'metadata' } as const;

describe('what may be sent', () => {
  test.each([
    ['POST', 'ImagingStudy', false],
    ['PUT', 'ImagingStudy/1', false],
    ['DELETE', 'ImagingStudy/1', false],
    ['PATCH', 'ImagingStudy/1', false],
    ['POST', '', false],
    ['POST', 'ImagingStudy/_search', true],
    ['POST', 'ImagingStudy/_search?patient=Patient/1', true],
    ['POST', 'ImagingStudy?name=_search', false],
    ['HEAD', 'ImagingStudy/1', true],
  ] as const)('%s %s read-only: %s', async (method, url, allowed) => {
    const { transport, heard } = fakeServer(() => ({ json: {} }));
    const client = createClient(options({ transport }));
    expect(isReadOnly({ method, url })).toBe(allowed);
    if (allowed) await client.send({ method, url }, 'test');
    else await expect(client.send({ method, url }, 'test')).rejects.toThrow(/read-only/);
    expect(heard).toHaveLength(allowed ? 1 : 0);
  });

  test('another host is never asked', async () => {
    const { transport, heard } = fakeServer(() => ({ json: {} }));
    const client = createClient(options({ transport }));
    await expect(client.send({ method: 'GET', url: 'http://elsewhere.test/fhir/Patient/1' }, 'test')).rejects.toMatchObject({ code: 'other-host' });
    expect(heard).toHaveLength(0);
  });
});

describe('redirects', () => {
  const moved = (location: string) => fakeServer((request, count) => (count === 1 ? { status: 302, headers: { location } } : { json: { reached: request.url } }));

  test('are followed on the same origin', async () => {
    const { transport } = moved('/other/metadata');
    const done = await createClient(options({ transport })).send(get, 'test');
    expect(JSON.parse(done.response?.body ?? '')).toEqual({ reached: 'http://server.test/other/metadata' });
  });

  test.each(['http://elsewhere.test/fhir/metadata', 'https://server.test/fhir/metadata', 'http://server.test:81/fhir/metadata'])('to %s are not followed, so that no credentials leave', async (location) => {
    const { transport, heard } = moved(location);
    const done = await createClient(options({ transport, headers: { Authorization: 'Bearer geheimnis' } })).send(get, 'test');
    expect(done.response?.status).toBe(302);
    expect(heard.map(({ url }) => url)).toEqual([`${BASE}/metadata`]);
  });

  test('that never end do', async () => {
    const { transport, heard } = fakeServer((_, count) => ({ status: 302, headers: { location: `/fhir/metadata?${count}` } }));
    const done = await createClient(options({ transport })).send(get, 'test');
    expect(done.response?.status).toBe(302);
    expect(heard.length).toBeLessThan(10);
  });
});

describe('limits', () => {
  test('the budget holds, retries included', async () => {
    const { transport, heard } = fakeServer(() => ({ status: 429, headers: { 'retry-after': '1' } }));
    const client = createClient(options({ transport, budget: 3 }));
    await expect(client.send(get, 'test')).rejects.toMatchObject({ code: 'budget-used-up' });
    expect(heard).toHaveLength(3);
    expect(client.sent).toBe(3);
  });

  test('no more requests at a time than allowed', async () => {
    let now = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const transport: Transport = async () => {
      most = Math.max(most, (now += 1));
      await new Promise<void>((resolve) => release.push(resolve));
      now -= 1;
      return { status: 200, headers: {}, body: '{}' };
    };
    const client = createClient(options({ transport, concurrency: 2 }));
    const all = Array.from({ length: 6 }, () => client.send(get, 'test'));
    let done = false;
    void Promise.all(all).then(() => (done = true));
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      release.shift()?.();
    }
    expect(most).toBe(2);
  });

  test('no more requests a second than allowed', async () => {
    let clock = 0;
    const at: number[] = [];
    const { transport } = fakeServer(() => {
      at.push(clock);
      return { json: {} };
    });
    const wait = (ms: number) => {
      clock += ms;
      return Promise.resolve();
    };
    const client = createClient(options({ transport, rate: 4, now: () => clock, wait }));
    for (let i = 0; i < 4; i += 1) await client.send(get, 'test');
    expect(at).toEqual([0, 250, 500, 750]);
  });

  test.each([
    ['2', 2000],
    ['7200', 30_000],
    [undefined, 1000],
  ])('429 with Retry-After %s is asked again after %i ms', async (retryAfter, ms) => {
    const waits: number[] = [];
    let clock = 0;
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    const { transport } = fakeServer((_, count) => (count === 1 ? { status: 429, headers: headers as Record<string, string> } : { json: statement() }));
    const wait = (time: number) => {
      waits.push(time);
      clock += time;
      return Promise.resolve();
    };
    const done = await createClient(options({ transport, wait, now: () => clock })).send(get, 'test');
    expect(done.response?.status).toBe(200);
    expect(waits).toEqual([ms]);
  });

  describe('a server that asks to come back later for ever', () => {
    const asked = (headers: Record<string, string>, answer: (count: number) => boolean = () => false) => {
      let clock = 0;
      const { transport, heard } = fakeServer((_, count) => (answer(count) ? { json: statement() } : { status: 429, headers }));
      const given: string[] = [];
      const wait = (time: number) => {
        clock += time;
        return Promise.resolve();
      };
      const client = createClient(options({ transport, wait, now: () => clock, concurrency: 1, onGivenUp: ({ message }) => given.push(message) }));
      return { client, heard, given, clock: () => clock };
    };

    test('is waited for two minutes in all, and then asked no more', async () => {
      const { client, heard, given, clock } = asked({ 'retry-after': '3600' });
      expect((await client.send(get, 'test')).response?.status).toBe(429);
      await expect(client.send(get, 'test')).rejects.toMatchObject({ code: 'too-many-requests', message: expect.stringMatching(/for 120 s nothing but 429/) as string });
      const before = heard.length;
      await expect(client.send(get, 'test')).rejects.toMatchObject({ code: 'too-many-requests' });
      expect(heard).toHaveLength(before);
      expect(given).toHaveLength(1);
      expect(clock()).toBe(120_000);
    });

    test('is asked so often at most where it asks for no wait', async () => {
      const { client, heard, given } = asked({ 'retry-after': '0' });
      for (let i = 0; i < 100; i += 1) await client.send(get, 'test').catch(() => undefined);
      expect(given[0]).toMatch(/to 200 requests in a row nothing but 429/);
      expect(heard).toHaveLength(201);
    });

    test('is waited for as long as it takes a request now and then', async () => {
      const { client, given, clock } = asked({ 'retry-after': '20' }, (count) => count % 4 === 0);
      for (let i = 0; i < 20; i += 1) expect((await client.send(get, 'test')).response?.status).toBe(200);
      expect(given).toEqual([]);
      expect(clock()).toBe(20 * 60_000);
    });
  });

  describe('one part of a server that asks to come back later for ever, while others are served', () => {
    const partly = (headers: Record<string, string>) => {
      let clock = 0;
      const { transport, heard } = fakeServer(({ path }) => (path.startsWith('Endpoint') ? { status: 429, headers } : { json: statement() }));
      const told: string[] = [];
      const waited: number[] = [];
      const wait = async (time: number) => {
        waited.push(time);
        // Whoever is not held up goes on meanwhile.
        for (let i = 0; i < 5; i += 1) await new Promise(setImmediate);
        clock += time;
      };
      const client = createClient(options({ transport, wait, now: () => clock, concurrency: 2, onGivenUp: ({ message }) => told.push(message), onPlaceClosed: (place, status) => told.push(`${place} ${status}`) }));
      return { client, heard, told, waited, clock: () => clock };
    };
    const endpoint = { method: 'GET', url: 'Endpoint?name=x' } as const;
    const others = async (client: ReturnType<typeof createClient>) => {
      for (let i = 0; i < 30; i += 1) expect((await client.send(get, 'test')).response?.status).toBe(200);
    };

    test('holds up no other, is told once, and is left alone as long as it asks for', async () => {
      const { client, heard, told, clock } = partly({ 'retry-after': '600' });
      const [first] = await Promise.all([client.send(endpoint, 'test'), others(client)]);
      expect(first.response?.status).toBe(429);
      expect(told).toEqual(['Endpoint 429']);
      const before = [heard.length, clock()];
      expect((await client.send(endpoint, 'test')).error).toMatch(/^no answer is waited for: the last 4 requests to Endpoint were answered by 429/);
      expect([heard.length, clock()]).toEqual(before);
      await others(client);
      expect(clock()).toBeLessThanOrEqual(120_000);
    });

    test('is asked once a request when that time is over, and whenever it answers again', async () => {
      const { client, heard, told } = partly({ 'retry-after': '0' });
      await Promise.all([client.send(endpoint, 'test'), others(client)]);
      const before = heard.length;
      for (let i = 0; i < 300; i += 1) expect((await client.send(endpoint, 'test')).response?.status).toBe(429);
      expect(heard).toHaveLength(before + 300);
      expect(told).toEqual(['Endpoint 429']);
    });
  });

  describe('a gateway without an answer', () => {
    const broken = (status: (count: number) => number) => {
      const { transport, heard } = fakeServer((_, count) => ({ status: status(count), json: {} }));
      let recovered = 0;
      return { client: createClient(options({ transport, onRecovered: () => (recovered += 1) })), heard, recovered: () => recovered };
    };

    test.each([502, 503, 504])('%i is asked once more', async (status) => {
      const { client, heard, recovered } = broken((count) => (count === 1 ? status : 200));
      expect((await client.send(get, 'test')).response?.status).toBe(200);
      expect([heard.length, recovered()]).toEqual([2, 1]);
    });

    test('is left where that is in vain again and again', async () => {
      const { client, heard, recovered } = broken(() => 502);
      for (let i = 0; i < 20; i += 1) expect((await client.send(get, 'test')).response?.status).toBe(502);
      expect([heard.length, recovered()]).toEqual([25, 0]);
    });

    test('is never sent a write again', async () => {
      const { transport, heard } = fakeServer(() => ({ status: 503, json: {} }));
      const done = await createClient(options({ transport, mode: 'write' })).send({ method: 'POST', url: 'ImagingStudy', body: '{}' }, 'test');
      expect([done.response?.status, heard.length]).toEqual([503, 1]);
    });
  });

  test('a body is cut at the limit', async () => {
    const { transport } = fakeServer(() => ({ body: 'x'.repeat(5000) }));
    const done = await createClient(options({ transport, maxBytes: 1000 })).send(get, 'test');
    expect(done.response).toMatchObject({ truncatedAt: 1000 });
    expect(done.response?.body).toHaveLength(1000);
  });

  test('an answer that does not come is an exchange with an error', async () => {
    const transport: Transport = (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const done = await createClient(options({ transport, timeoutMs: 20 })).send(get, 'test');
    expect(done.response).toBeUndefined();
    expect(done.error).toMatch(/no answer came in time/);
  });

  test('the time in which a request waits for its turn does not count', async () => {
    const late: boolean[] = [];
    const slow: Transport = async (_, { signal }) => {
      late.push(signal.aborted);
      await new Promise((resolve) => setTimeout(resolve, 60));
      return { status: 200, headers: {}, body: '' };
    };
    const client = createClient(options({ transport: slow, concurrency: 1, timeoutMs: 20 }));
    await Promise.all([client.send(get, 'a'), client.send(get, 'b'), client.send(get, 'c')]);
    expect(late).toEqual([false, false, false]);
  });

  test('an interrupted run rejects', async () => {
    const abort = new AbortController();
    const transport: Transport = (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const sending = createClient(options({ transport, signal: abort.signal })).send(get, 'test');
    await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    await expect(sending).rejects.toMatchObject({ code: 'interrupted' });
  });
});

describe('secrets', () => {
  const run = async (headers: Record<string, string>, response: Partial<HttpResponse>): Promise<{ done: Exchange; sent: Record<string, string> | undefined }> => {
    const { transport, heard } = fakeServer(() => response);
    const done = await createClient(options({ transport, headers })).send(get, 'test');
    return { done, sent: heard[0]?.headers };
  };

  test('are sent, but not recorded', async () => {
    const { done, sent } = await run({ Authorization: 'Bearer abc.def-ghi', 'X-Api-Key': 'k3y-of-north', Cookie: 'session=deadbeef01' }, { body: '{}' });
    expect(sent).toMatchObject({ Authorization: 'Bearer abc.def-ghi', 'X-Api-Key': 'k3y-of-north' });
    expect(JSON.stringify(done)).not.toMatch(/abc\.def-ghi|k3y-of-north|deadbeef01/);
    expect(done.request.headers['Authorization']).toBe('***');
  });

  test.each([
    ['as it is', 'abc.def-ghi"/+', JSON.stringify({ diagnostics: 'token abc.def-ghi"/+ is bad' })],
    ['percent-encoded', 'abc.def-ghi"/+', `<a href="?t=${encodeURIComponent('abc.def-ghi"/+')}">`],
    ['percent-encoded in lower case', 'abc.def-ghi"/+', '?t=abc.def-ghi%22%2f%2b'],
    ['as PHP writes JSON', 'abc/def-ghi+/x', '{"token":"abc\\/def-ghi+\\/x"}'],
    ['as .NET writes JSON', "abc+def-ghi'x", '{"token":"abc\\u002Bdef-ghi\\u0027x"}'],
    ['in HTML', 'abc&def-ghi', '<p>abc&amp;def-ghi</p>'],
  ])('are hidden where the server echoes them %s', async (_, token, body) => {
    const { done } = await run({ Authorization: `Bearer ${token}` }, { body, headers: { location: `/x?t=${encodeURIComponent(token)}`, 'set-cookie': 'id=1' } });
    expect(JSON.stringify(done)).not.toContain('def-ghi');
    expect(done.response?.headers['set-cookie']).toBe('***');
  });

  test('are hidden in Base64, and where a body is cut within them', async () => {
    const token = 'abc.def-ghi.jkl';
    const encoded = await run({ Authorization: `Bearer ${token}` }, { body: Buffer.from(token).toString('base64') });
    expect(encoded.done.response?.body).toBe('***');
    const cut = await run({ Authorization: `Bearer ${token}` }, { body: 'you sent abc.de', truncatedAt: 15 });
    expect(cut.done.response?.body).toBe('you sent ***');
  });

  test('a password is hidden also without its encoding', async () => {
    const { done } = await run({ Authorization: `Basic ${Buffer.from('anna:sesam-oeffne').toString('base64')}` }, { body: 'user anna, password sesam-oeffne' });
    expect(done.response?.body).toBe('user anna, password ***');
  });

  test('a password that is a plain word leaves addresses and data as they are, and is hidden in errors', async () => {
    const headers = { Authorization: `Basic ${Buffer.from('fhir:fhir').toString('base64')}` };
    const data = await run(headers, { body: '{"resourceType":"Patient","id":"fhir-1"}' });
    expect(data.done.response?.body).toBe('{"resourceType":"Patient","id":"fhir-1"}');
    expect(data.done.request.url).toMatch(/^http:\/\/server\.test\/fhir\//);
    expect(data.done.request.headers['Authorization']).toBe('***');
    const error = await run(headers, { status: 401, body: 'wrong password: fhir' });
    expect(error.done.response?.body).toBe('wrong password: ***');
  });

  test('a short harmless header does not eat the evidence', async () => {
    const { done } = await run({ 'X-Tenant': '1' }, { body: '{"total":1}' });
    expect(done.response?.body).toBe('{"total":1}');
    expect(done.request.headers['X-Tenant']).toBe('***');
  });
});
