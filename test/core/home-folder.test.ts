import { homeFolder } from '../../scripts/core/home-folder';

const home = (environment: string, account: () => string = () => '/home/account') => homeFolder(() => environment, account);

test('the environment says where it is', () => {
  expect(home('/home/somebody')).toBe('/home/somebody');
});

test.each(['', 'somewhere'])('HOME=%j is not taken: the package cache would be in the current folder', (environment) => {
  expect(home(environment)).toBe('/home/account');
});

test('without either it says so', () => {
  const unknown = () => {
    throw new Error('ENOENT: no such user');
  };
  expect(() => home('', unknown)).toThrow(/no home folder/);
  expect(() => home('', () => '')).toThrow(/no home folder/);
});
