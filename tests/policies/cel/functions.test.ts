import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EvaluationError } from '@marcbachmann/cel-js';
import { compile } from '../../../policies/cel/environment';

const SELF = { name: 'gpt-oss', list: [{ a: 1n }, {}], numbers: [3n, 1n, 2n], text: 'one two' };

function evaluate(expression: string): unknown {
  return compile(expression, ['self'])({ self: SELF });
}

/** Expressions that are true, by what they show; the examples of Kubernetes' own library among them. */
const TRUE: Readonly<Record<string, readonly string[]>> = {
  quantities: [
    "quantity('1.5').compareTo(quantity('1500m')) == 0",
    "quantity('2Gi') == quantity('2048Mi')",
    "quantity('50k').isInteger() && quantity('50k').asInteger() == 50000",
    "!quantity('2000m').isInteger()",
    "quantity('50k').add('20k'.size() == 3 ? 20000 : 0) == quantity('70k')",
    "quantity('50k').sub(quantity('20k')).asInteger() == 30000",
    "quantity('150Mi').isLessThan(quantity('150M')) == false",
    "quantity('150Mi').isGreaterThan(quantity('150M'))",
    "quantity('-1').sign() == -1 && quantity('0').sign() == 0",
    "quantity('1.5').asApproximateFloat() == 1.5",
    "quantity('0.1n') == quantity('1n')",
    "isQuantity('1e3') && quantity('1E3') == quantity('1k')",
    "!isQuantity('two') && !isQuantity('') && !isQuantity('1kb')",
  ],
  URLs: [
    "url('https://example.com:80/').getHost() == 'example.com:80'",
    "url('https://[::1]:80/a%20b').getHostname() == '::1'",
    "url('https://user@example.com/').getHost() == 'example.com'",
    "url('https://example.com/').getPort() == ''",
    "url('https://example.com/a%20b').getEscapedPath() == '/a%20b'",
    "url('https://example.com/?k=a&k=b#f').getQuery() == {'k': ['a', 'b']}",
    "url('/path').getScheme() == ''",
    "isURL('https://user:pass@example.com:80/path?query=val#fragment')",
    "!isURL('a b') && !isURL('example.com') && !isURL('../relative')",
  ],
  'IP addresses and ranges': [
    "isIP('127.0.0.1') && isIP('::1') && !isIP('127.0.0.256') && !isIP('fe80::1%eth0') && !isIP('::ffff:1.2.3.4')",
    "ip('127.0.0.1').family() == 4 && ip('::1').family() == 6",
    "ip('::1').isLoopback() && ip('0.0.0.0').isUnspecified() && ip('169.254.1.1').isLinkLocalUnicast()",
    "ip('224.0.0.1').isLinkLocalMulticast() && ip('ff02::1').isLinkLocalMulticast()",
    "ip('10.0.0.1').isGlobalUnicast() && !ip('255.255.255.255').isGlobalUnicast()",
    "ip.isCanonical('::1') && !ip.isCanonical('0:0::1')",
    "ip('::1') == ip('0:0:0:0:0:0:0:1') && string(ip('0:0::1')) == '::1'",
    "cidr('192.168.0.0/24').containsIP('192.168.0.1') && !cidr('192.168.0.0/24').containsIP(ip('192.168.1.1'))",
    "cidr('192.168.0.0/16').containsCIDR('192.168.10.0/24') && !cidr('192.168.0.0/24').containsCIDR(cidr('192.168.0.0/16'))",
    "cidr('192.168.1.5/22').masked() == cidr('192.168.0.0/22') && cidr('192.168.1.5/22').ip() == ip('192.168.1.5')",
    "cidr('fe80::ff/10').masked() == cidr('fe80::/10') && cidr('::1/128').prefixLength() == 128",
    "!isCIDR('10.0.0.0') && !isCIDR('10.0.0.0/33') && !isCIDR('10.0.0.0/08')",
  ],
  lists: [
    '[1, 3].sum() == 4 && [1.0, 3.0].sum() == 4.0 && self.numbers.sum() == 6 && [].sum() == 0',
    "[1, 3].min() == 1 && ['b', 'a'].max() == 'b' && self.numbers.max() == 3",
    "['a', 'b', 'b'].indexOf('b') == 1 && ['a', 'b', 'b'].lastIndexOf('b') == 2 && [1].indexOf(2) == -1",
    '[1, 2].isSorted() && !self.numbers.isSorted()',
    'sets.contains([1, 2], [1]) && sets.equivalent([1, 2], [2, 1, 1]) && !sets.intersects([1], [2])',
  ],
  'regular expressions of RE2': [
    "'abc 123'.find('[0-9]+') == '123' && 'abc'.find('[0-9]+') == ''",
    "'123 abc 456'.findAll('[0-9]+') == ['123', '456'] && '1 2 3'.findAll('[0-9]', 1) == ['1']",
    "self.name.matches('^(?i)GPT-') && self.name.matches('oss') && !self.name.matches('^oss')",
    "'.matches(x) has(y)'.contains('has(')",
  ],
  texts: [
    "'abc'.charAt(1) == 'b' && 'a-b-c'.replace('-', '+') == 'a+b+c' && 'a-b-c'.replace('-', '', 1) == 'ab-c'",
    "'%s has %d of %.1f: %x'.format([dyn('a'), dyn(2), dyn(1.75), dyn(255)]) == 'a has 2 of 1.8: ff'",
    "'%s'.format([['a', 'b']]) == '[a, b]' && strings.quote('a\"b') == '\"a\\\\\"b\"'",
  ],
  'named formats': [
    "!format.dns1123Label().validate('a-b').hasValue() && format.dns1123Label().validate('A').hasValue()",
    "!format.dns1123Subdomain().validate('a.b').hasValue() && format.dns1035Label().validate('1a').hasValue()",
    "!format.qualifiedName().validate('a.b/C_d').hasValue() && format.qualifiedName().validate('a/b/c').hasValue()",
    "!format.dns1123LabelPrefix().validate('a-').hasValue() && !format.labelValue().validate('').hasValue()",
    "!format.uri().validate('https://a/').hasValue() && !format.date().validate('2025-01-01').hasValue()",
    "format.named('byte').value().validate('a b').hasValue() && !format.named('none').hasValue()",
  ],
  'optional values': [
    "self.?missing.?field.orValue('d') == 'd' && self.?name.value() == 'gpt-oss'",
    'optional.of(2).optMap(x, x * 2).value() == 4 && !optional.none().optMap(x, x).hasValue()',
    "optional.of('a').optFlatMap(x, optional.ofNonZeroValue('')).orValue('z') == 'z'",
    'optional.ofNonZeroValue([1]).hasValue() && !optional.ofNonZeroValue({}).hasValue()',
  ],
  presence: [
    'has(self.name) && !has(self.other)',
    'has(self.list[0].a) && !has(self.list[1].a)',
    '!self.list.all(each, has(each.a)) && self.list.exists(each, !has(each.a))',
  ],
};

for (const [what, expressions] of Object.entries(TRUE)) {
  test(`${what} are those of Kubernetes`, () => {
    for (const expression of expressions) {
      assert.ok(compile(expression, ['self']).check().valid, expression);
      assert.equal(evaluate(expression), true, expression);
    }
  });
}

test('refuses what a function has no value for', () => {
  const wrong = [
    "quantity('two')",
    "quantity('2000m').asInteger()",
    "url('a b')",
    "ip('1.2.3')",
    "cidr('10.0.0.0')",
    '[].min()',
    "'a'.matches('(?=a)')",
    "'a'.charAt(2)",
    "'%d'.format(['a'])",
    "'%s'.format([])",
    'has(self.missing.field)',
    '[true, false].sum()',
  ];
  for (const expression of wrong) assert.throws(() => evaluate(expression), EvaluationError, expression);
});

test('a name stands for no variable in a text', () => {
  assert.equal(evaluate("'has(self.name)'"), 'has(self.name)');
  assert.equal(evaluate("r'\\.matches('"), '\\.matches(');
});
