// Numbers as the program prints them in a terminal: same digits, same rounding, same words.

/// `digits` after the point; a tie goes to the even digit, as C++ rounds.
export function fixed(number, digits) {
  const exact = Math.abs(number).toFixed(digits + 40);
  const cut = exact.length - 40;
  const down = exact.slice(0, digits === 0 ? cut - 1 : cut);
  const isTie = /^5(0*)$/.test(exact.slice(cut));
  const isEven = '02468'.includes(down.at(-1));
  const text = isTie && isEven ? down : Math.abs(number).toFixed(digits);
  return (number < 0 && Number(text) !== 0 ? '-' : '') + text;
}

/// 2,182,360
export const grouped = (number) => String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ',');

/// A share of 1 as "12.5 %".
export const percent = (share, digits = 1) => `${fixed(100 * share, digits)} %`;

/// The same with its sign, as C++ prints "{:+.1f} %".
export const signedPercent = (share) => `${share < 0 ? '-' : '+'}${percent(Math.abs(share))}`;

/// "182 M"
export function withUnitPrefix(number) {
  const prefixes = ['', ' k', ' M', ' G', ' T'];
  let step = 0;
  while (number >= 999.5 && step + 1 < prefixes.length) {
    number /= 1000;
    ++step;
  }
  return fixed(number, number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2) + prefixes[step];
}

/// The same for an axis, which needs no digits to show how exact it is: "20 k".
export const tick = (number) =>
  number > 0 && number < 0.01 ? String(number) : withUnitPrefix(number).replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');

/// "+12.3 %" against the first run; "=" when equal, empty when there is nothing to measure by.
export function change(value, first) {
  if (value === first) return '=';
  if (first === 0) return '';
  const percents = 100 * (value / first - 1);
  return `${percents < 0 ? '' : '+'}${fixed(percents, 1)} %`;
}

/// Fit for one line: the beginning and the end of what is longer.
export function shortened(name, longest = 20) {
  const text = name.replace(/[\u0000-\u001f]/g, '?');
  if (text.length <= longest) return text;
  const head = Math.floor(longest / 3);
  return text.slice(0, head) + '..' + text.slice(text.length - (longest - head - 2));
}
