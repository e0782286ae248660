/** Reads one API call's parameters as VK does: every value is text, lists are comma-separated. */
import { badParameter } from './vkError.ts';

export class Parameters {
  readonly raw: Record<string, string>;

  constructor(raw: Record<string, string>) {
    this.raw = raw;
  }

  has(name: string): boolean {
    return this.raw[name] !== undefined && this.raw[name] !== '';
  }

  text(name: string): string | undefined {
    return this.has(name) ? this.raw[name] : undefined;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw badParameter(`${name} is undefined`);
    return value;
  }

  integer(name: string, range: { min?: number; max?: number } = {}): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const parsed = Number(value);
    if (!Number.isInteger(parsed)) throw badParameter(`${name} not integer`);
    if (range.min !== undefined && parsed < range.min)
      throw badParameter(`${name} should be greater or equal to ${range.min}`);
    if (range.max !== undefined && parsed > range.max)
      throw badParameter(`${name} should be less or equal to ${range.max}`);
    return parsed;
  }

  requiredInteger(name: string, range: { min?: number; max?: number } = {}): number {
    const value = this.integer(name, range);
    if (value === undefined) throw badParameter(`${name} is undefined`);
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    return value === '1' || value === 'true';
  }

  texts(name: string): string[] | undefined {
    return this.text(name)
      ?.split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  integers(name: string, maxItems = 1000): number[] | undefined {
    const parts = this.texts(name);
    if (parts === undefined) return undefined;
    if (parts.length > maxItems) throw badParameter(`${name} should contain at most ${maxItems} items`);
    return parts.map((part) => {
      const parsed = Number(part);
      if (!Number.isInteger(parsed)) throw badParameter(`${name} not integer`);
      return parsed;
    });
  }

  json(name: string): unknown {
    const value = this.text(name);
    if (value === undefined) return undefined;
    try {
      return JSON.parse(value);
    } catch {
      throw badParameter(`${name} should be valid JSON`);
    }
  }
}
