import * as fc from 'fast-check';
import { select } from '../../scripts/search/select';
import { orderFault } from '../../scripts/search/sort';
import { ordersThatTell } from '../../scripts/search/sort-several';
import { indexOf, queryOf, resourcesOf } from './support';

const index = indexOf(
  resourcesOf('ImagingStudy', {
    c: { status: 'available', started: '2020-03-01T00:00:00Z', series: [{ modality: { system: 's', code: 'CT' } }, { modality: { system: 's', code: 'SR' } }] },
    a: { status: 'cancelled', started: '2020-01-01T00:00:00Z', series: [{ modality: { system: 's', code: 'MR' } }] },
    b: { status: 'available', started: '2020-02-01T00:00:00Z', series: [{ modality: { system: 's', code: 'CR' } }] },
    n: { status: 'registered' },
    day: { status: 'registered', started: '2020-02-01' },
  }),
);

const sorted = (sort: string) => select(index, queryOf('ImagingStudy', `_sort=${sort}`)).map((resource) => resource.id);
const fault = (sort: string, order: string) => orderFault(index, queryOf('ImagingStudy', `_sort=${sort}`), order.split(' ').map((id) => `ImagingStudy/${id}`));

describe('our own order', () => {
  test('several keys, repeated values, missing last both ways', () => {
    expect(sorted('_id')).toEqual(['a', 'b', 'c', 'day', 'n']);
    expect(sorted('-_id')).toEqual(['n', 'day', 'c', 'b', 'a']);
    expect(sorted('started').slice(-1)).toEqual(['n']);
    expect(sorted('-started').slice(-1)).toEqual(['n']);
    expect(sorted('status,-started').filter((id) => id !== 'day')).toEqual(['c', 'b', 'a', 'n']);
    expect(sorted('modality').slice(0, 3)).toEqual(['b', 'c', 'a']);
    expect(sorted('-modality').slice(0, 3)).toEqual(['c', 'a', 'b']);
  });
});

describe('the order of another server', () => {
  test.each([
    ['started', 'a b c n'],
    ['started', 'n a b c'],
    ['-started', 'c b a n'],
    ['started', 'a day b c'],
    ['started', 'a b day c'],
    ['status', 'b c a n'],
    ['status', 'c b a n'],
    ['status,started', 'b c a n'],
    ['status,-started', 'c b a n'],
    ['modality', 'b c a'],
    ['-modality', 'c a b'],
    ['_id', 'a b unknown c'],
    ['subject', 'c a b'],
  ])('%s: %s is legal', (sort, order) => expect(fault(sort, order)).toBeUndefined());

  test.each([
    ['started', 'b a c', 'ImagingStudy/b', 'ImagingStudy/a'],
    ['-started', 'a b', 'ImagingStudy/a', 'ImagingStudy/b'],
    ['started', 'a n c', 'ImagingStudy/n', 'ImagingStudy/c'],
    ['status', 'a b', 'ImagingStudy/a', 'ImagingStudy/b'],
    ['status,started', 'c b a', 'ImagingStudy/c', 'ImagingStudy/b'],
    ['modality', 'c b', 'ImagingStudy/c', 'ImagingStudy/b'],
  ])('%s: %s is not', (sort, order, first, second) => expect(fault(sort, order)).toMatchObject({ first, second }));

  test.each([
    ['a leap second is the next one on some clocks', '2016-12-31T23:59:60Z', '2017-01-01T00:00:01Z'],
    ['a server may keep whole seconds', '2020-01-01T10:00:00Z', '2020-01-01T10:00:00.500Z'],
  ])('%s: both orders are legal', (_why, first, second) => {
    const two = indexOf(resourcesOf('ImagingStudy', { first: { started: first }, second: { started: second } }));
    const orders = ['first second', 'second first'].map((order) => order.split(' ').map((id) => `ImagingStudy/${id}`));
    const faults = ['started', '-started'].flatMap((key) => orders.map((order) => orderFault(two, queryOf('ImagingStudy', `_sort=${key}`), order)));
    expect(faults).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('ranges that begin together have no order, and no tie that another key would decide', () => {
    const two = indexOf(resourcesOf('ImagingStudy', { year: { started: '2020', status: 'registered' }, day: { started: '2020-01-01', status: 'available' } }));
    const fault = (order: readonly string[]) => orderFault(two, queryOf('ImagingStudy', '_sort=started,status'), order.map((id) => `ImagingStudy/${id}`));
    expect([fault(['year', 'day']), fault(['day', 'year'])]).toEqual([undefined, undefined]);
  });

  test('where collations say which of several values counts, both orders are legal', () => {
    const series = (...codes: string[]) => ({ series: codes.map((code) => ({ modality: { system: 's', code } })) });
    const two = indexOf(resourcesOf('ImagingStudy', { several: series('É', 'CT'), one: series('DX') }));
    const fault = (order: readonly string[]) => orderFault(two, queryOf('ImagingStudy', '_sort=modality'), order.map((id) => `ImagingStudy/${id}`));
    expect([fault(['several', 'one']), fault(['one', 'several'])]).toEqual([undefined, undefined]);
  });

  test('case and accents may count or not', () => {
    const people = indexOf(resourcesOf('Organization', { upper: { name: 'Zebra' }, lower: { name: 'apple' }, accent: { name: 'Öl' }, mid: { name: 'melon' } }));
    const legal = (order: string[]) => orderFault(people, queryOf('Organization', '_sort=name'), order.map((id) => `Organization/${id}`)) === undefined;
    expect(legal(['lower', 'mid', 'upper'])).toBe(true);
    expect(legal(['upper', 'lower', 'mid'])).toBe(true);
    expect(legal(['mid', 'lower'])).toBe(false);
    expect(legal(['accent', 'lower'])).toBe(true);
  });

  test('numbers in ids and names, which may be compared by their size or digit by digit', () => {
    const numbered = indexOf(resourcesOf('Organization', { a9: { name: 'Ward 9' }, a10: { name: 'Ward 10' }, a20: { name: 'Ward 20' } }));
    const legal = (sort: string, order: string[]) => orderFault(numbered, queryOf('Organization', `_sort=${sort}`), order.map((id) => `Organization/${id}`)) === undefined;
    for (const sort of ['name', '_id']) {
      expect(legal(sort, ['a9', 'a10', 'a20'])).toBe(true);
      expect(legal(sort, ['a10', 'a20', 'a9'])).toBe(true);
      expect(legal(sort, ['a20', 'a10'])).toBe(false);
    }
  });
});

test('our own order is legal by the same judge, and both directions hold the same set', () => {
  const study = fc.record(
    {
      started: fc.constantFrom('2020', '2020-01', '2020-01-01', '2020-01-01T10:00:00Z', '2020-01-01T10:00:00.500Z', '2020-01-01T05:00:00-05:00', '2019-12-31T23:00:00Z'),
      status: fc.constantFrom('available', 'cancelled', 'Registered'),
      series: fc.array(fc.record({ modality: fc.record({ code: fc.constantFrom('CT', 'ct', 'MR', 'É', '9', '_') }) }), { maxLength: 3 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(study, { maxLength: 8 }), fc.constantFrom('started', 'status', 'modality', 'status,started', 'modality,-started', '_id'), (rows, sort) => {
      const some = indexOf(rows.map((row, at) => ({ resourceType: 'ImagingStudy', id: `s${at}`, ...row })));
      for (const keys of [sort, sort.split(',').map((key) => (key.startsWith('-') ? key.slice(1) : `-${key}`)).join(',')]) {
        const query = queryOf('ImagingStudy', `_sort=${keys}`);
        const order = select(some, query).map((resource) => `ImagingStudy/${resource.id}`);
        expect([...order].sort()).toEqual(some.all('ImagingStudy').map((resource) => `ImagingStudy/${resource.id}`).sort());
        expect(orderFault(some, query, order)).toBeUndefined();
      }
    }),
  );
});

describe('which data tell by which of several values a server sorts', () => {
  const key = (sort: string) => queryOf('ImagingStudy', `_sort=${sort}`).sort[0] as never;
  const of = (...codes: string[]) => ({ series: codes.map((code) => ({ modality: { system: 's', code } })) });

  test('the first one and the one at the other end each need an order that they turn round', () => {
    const several = indexOf(resourcesOf('ImagingStudy', { a: of('CT', 'SR'), b: of('MR'), n: {} }));
    // Descending by SR and MR: a b; by the first or the least, which is CT: b a.
    expect(ordersThatTell(several, 'ImagingStudy', key('-modality'))).toEqual({ first: ['ImagingStudy/a', 'ImagingStudy/b'], otherEnd: ['ImagingStudy/a', 'ImagingStudy/b'] });
    // Ascending the first one is the least.
    expect(ordersThatTell(several, 'ImagingStudy', key('modality'))).toEqual({ otherEnd: ['ImagingStudy/a', 'ImagingStudy/b'] });
  });

  test('values of which the order is left open tell nothing, nor does one value each', () => {
    expect(ordersThatTell(indexOf(resourcesOf('ImagingStudy', { a: of('CT', 'sr'), b: of('MR') })), 'ImagingStudy', key('-modality'))).toEqual({});
    expect(ordersThatTell(indexOf(resourcesOf('ImagingStudy', { a: of('CT'), b: of('MR') })), 'ImagingStudy', key('-modality'))).toEqual({});
  });
});
