/** Rebuilds: one at a time, none lost, as few as can be. */
import fc from 'fast-check';
import { createRebuildQueue } from '../../scripts/watch/rebuild-queue';

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test('any stream of saves: never two rebuilds at once, and the last one sees every file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ file: fc.constantFrom('a', 'b', 'c'), gap: fc.nat(3), slow: fc.nat(4) }), { minLength: 1, maxLength: 8 }), async (saves) => {
      const disk = new Map<string, number>();
      const built = new Map<string, number>();
      let running = 0;
      let most = 0;
      const queue = createRebuildQueue({
        settleMs: 1,
        onFault: (fault) => {
          throw fault;
        },
        rebuild: async (files) => {
          most = Math.max(most, ++running);
          const read = [...files].map((file) => [file, disk.get(file) ?? 0] as const);
          await later(saves[0]?.slow ?? 0);
          read.forEach(([file, version]) => built.set(file, version));
          running -= 1;
        },
      });
      for (const { file, gap } of saves) {
        disk.set(file, (disk.get(file) ?? 0) + 1);
        queue.changed([file]);
        expect(queue.busy()).toBe(true);
        if (gap > 0) await later(gap);
      }
      await queue.settled();
      expect(queue.busy()).toBe(false);
      expect(most).toBe(1);
      expect(built).toEqual(disk);
    }),
    { numRuns: 25 },
  );
});

test('what comes while a rebuild runs makes one more, not many', async () => {
  const calls: string[][] = [];
  const queue = createRebuildQueue({ settleMs: 1, onFault: () => undefined, rebuild: async (files) => {
      calls.push([...files]);
      await later(20);
    } });
  queue.changed(['first']);
  await later(8);
  for (const file of ['a', 'b', 'a', 'c']) queue.changed([file]);
  await queue.settled();
  expect(calls).toEqual([['first'], ['a', 'b', 'c']]);
});

test('a rebuild that throws is told, and the next one still comes', async () => {
  const faults: unknown[] = [];
  let rests = 0;
  const queue = createRebuildQueue({ settleMs: 1, onRest: () => rests++, onFault: (fault) => faults.push((fault as Error).message), rebuild: (files) => (files.has('bad') ? Promise.reject(new Error('broken')) : Promise.resolve()) });
  queue.changed(['bad']);
  await queue.settled();
  queue.changed(['good']);
  await queue.settled();
  expect([faults, rests]).toEqual([['broken'], 2]);
});

test('closing waits for what runs and takes no more', async () => {
  let done = 0;
  const queue = createRebuildQueue({ settleMs: 1, onFault: () => undefined, rebuild: () => later(15).then(() => void done++) });
  queue.changed(['a']);
  await later(5);
  queue.changed(['b']);
  await queue.close();
  queue.changed(['c']);
  await later(5);
  expect([done, queue.busy()]).toEqual([1, false]);
});
