// Units as exact ratios and dimensions (src/tansuo/quantity/units.toml, which is UNITS in the page).

const gcd = (a, b) => {
  while (b) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
};

export function fraction(n, d = 1n) {
  const common = gcd(n, d);
  return { n: n / common, d: d / common };
}

function fractionOf(text) {
  const [n, d] = String(text).split('/');
  return fraction(BigInt(n), BigInt(d ?? 1));
}

const timesRatio = (one, other) => fraction(one.n * other.n, one.d * other.d);
const inverse = ({ n, d }) => ({ n: d, d: n });

export class Units {
  constructor(table) {
    this.prefixes = new Map(Object.entries(table.prefixes));
    this.substances = new Set(table.substances);
    this.atoms = new Map();
    this.parsed = new Map();
    for (const row of table.unit) {
      const dimensions = new Map();
      for (const part of row.dimension.split(' ').filter(Boolean)) {
        const [name, power] = part.split('^');
        dimensions.set(name, (dimensions.get(name) ?? 0) + Number(power ?? 1));
      }
      const atom = { symbol: row.symbol, scale: fractionOf(row.scale), dimensions, tags: row.tags ?? [] };
      for (const spelling of [row.symbol, ...row.aliases]) this.atoms.set(spelling, atom);
    }
  }

  parse(text) {
    if (!this.parsed.has(text)) this.parsed.set(text, this.read(text));
    return this.parsed.get(text);
  }

  read(text) {
    const [over, under, more] = text.trim().normalize('NFKC').split('/');
    if (!over.trim() || more !== undefined || under?.trim() === '') throw new Error(`unknown unit ${text}`);
    let scale = fraction(1n);
    const dimensions = new Map();
    for (const [side, sign] of [[over, 1], [under ?? '', -1]]) {
      for (const part of this.side(side, text)) {
        for (let turn = 0; turn < part.power; turn++) scale = timesRatio(scale, sign > 0 ? part.scale : inverse(part.scale));
        for (const [name, n] of part.dimensions) {
          dimensions.set(name, (dimensions.get(name) ?? 0) + sign * part.power * n);
        }
      }
    }
    const kind = [...dimensions].filter(([, n]) => n).sort(([a], [b]) => (a < b ? -1 : 1));
    return { scale, kind: JSON.stringify(kind) };
  }

  *side(side, text) {
    const tokens = side.replace(/short tons?/g, 'short_ton').split(/\s+/).filter(Boolean);
    let power = 0;
    for (const token of tokens) {
      if (this.substances.has(token)) {
        if (power !== 1) throw new Error(`unknown unit ${text}`);
        yield this.substance(token);
        power = 0;
        continue;
      }
      const found = /^(.+)\^([1-9])$/.exec(token);
      if (found && found[1] !== '10') {
        power = Number(found[2]);
        for (const one of this.atom(found[1], text)) yield { ...one, power };
      } else {
        power = 1;
        yield* this.atom(token, text);
      }
    }
  }

  substance(name) {
    return { scale: fraction(1n), dimensions: new Map([[name, 1]]), power: 1 };
  }

  atom(token, text) {
    const at = token.indexOf('@');
    const [name, tag] = at < 0 ? [token, undefined] : [token.slice(0, at), token.slice(at + 1)];
    for (const [prefix, times] of [['', 1], ...this.prefixes]) {
      const atom = name.startsWith(prefix) ? this.atoms.get(name.slice(prefix.length)) : undefined;
      if (atom && !(prefix && atom.symbol === '1')) return [this.tagged(atom, times, tag, text)];
    }
    if (this.prefixes.has(name) && tag === undefined) {
      return [{ scale: fractionOf(this.prefixes.get(name)), dimensions: new Map(), power: 1 }];
    }
    if (tag === undefined) {
      for (let cut = token.length - 1; cut > 0; cut--) {
        if (this.substances.has(token.slice(cut))) {
          return [...this.atom(token.slice(0, cut), text), this.substance(token.slice(cut))];
        }
      }
    }
    throw new Error(`unknown unit ${text}`);
  }

  tagged(atom, times, tag, text) {
    const scale = timesRatio(atom.scale, fractionOf(times));
    if (tag === undefined && !atom.tags.length) return { scale, dimensions: atom.dimensions, power: 1 };
    const clean = (tag ?? '').replace('°', '');
    const known = atom.tags.includes(clean) || (atom.tags.includes('YEAR') && /^(19|20)[0-9]{2}$/.test(clean));
    if (!known) throw new Error(`unit ${text} needs a tag`);
    const dimensions = new Map([...atom.dimensions].map(([name, n]) => [`${name}@${clean}`, n]));
    return { scale, dimensions, power: 1 };
  }

  // How many `target` make one `source`; null where they are of different kinds.
  ratio(source, target) {
    const [one, other] = [this.parse(source), this.parse(target)];
    return one.kind === other.kind ? timesRatio(one.scale, inverse(other.scale)) : null;
  }
}
