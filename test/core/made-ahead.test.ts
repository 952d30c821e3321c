import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { madeAhead, makeAhead } from '../../scripts/core/made-ahead';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scout-made-ahead-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what was made from the same sources is taken', () => {
  makeAhead('sum', ['1', '2'], '{ sum: 3 }', join(folder, 'new'));
  expect(madeAhead('sum', ['1', '2'], join(folder, 'new'))).toEqual({ sum: 3 });
});

test.each([[['1', '3']], [['12']], [['2', '1']], [[]]])('what was made from other sources is not: %j', (sources) => {
  makeAhead('sum', ['1', '2'], '{ sum: 3 }', folder);
  expect(madeAhead('sum', sources, folder)).toBeUndefined();
});

test('nothing was made', () => {
  expect(madeAhead('sum', ['1', '2'], folder)).toBeUndefined();
});
