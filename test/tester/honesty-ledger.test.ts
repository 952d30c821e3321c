/** What single searches show of a parameter, kept by type, name and test. */
import { createHonestyLedger, seenToFilter } from '../../scripts/tester/honesty-ledger';

test('a later look of the same test counts instead, what it does not see stays', () => {
  const ledger = createHonestyLedger();
  ledger.note('Patient', 'name', 't1', { filters: false, echoed: true });
  ledger.note('Patient', 'name', 't1', { filters: true });
  ledger.note('Patient', 'name', 't2', { right: true });
  ledger.note('Patient', 'gender', 't1', {});
  ledger.note('ImagingStudy', 'name', 't1', { right: false });
  expect([...ledger.of('Patient', 'name')]).toEqual([['t1', { filters: true, echoed: true }], ['t2', { right: true }]]);
  expect([ledger.names('Patient'), ledger.names('ImagingStudy'), ledger.names('Group'), ledger.types()]).toEqual([['name', 'gender'], ['name'], [], ['Patient', 'ImagingStudy']]);
  expect(ledger.of('Group', 'name').size).toBe(0);
});

test('a parameter filters that left something out in some test; one of every type, on any', () => {
  const ledger = createHonestyLedger();
  ledger.note('Patient', 'name', 't1', { filters: false });
  ledger.note('Patient', 'name', 't2', { filters: true });
  ledger.note('Patient', 'gender', 't1', { filters: false, right: true });
  ledger.note('Group', '_id', 't1', { filters: true });
  ledger.note('Patient', '_profile', 't1', { right: true });
  expect(['Patient.name', 'Group.name', 'Patient.gender', 'Patient.birthdate', '_id', '_profile'].filter(seenToFilter(ledger))).toEqual(['Patient.name', '_id']);
});
