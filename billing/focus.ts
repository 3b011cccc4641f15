import type { TokenKind } from '../ledger/record';
import type { Bill } from './bill';
import { csvText } from './csv';
import { KIND_WORDS } from './groups';
import type { Line } from './lines';
import { costOf, formatAmount, formatDecimal, formatPrice, rounded } from './money';
import { DAY_MS, formatInstant } from './period';

/** Names that FOCUS asks for and that no record says. */
export interface FocusNames {
  /** Who issues the bill, and offers the models to the business units. */
  readonly provider: string;
}

/** A million tokens, in FOCUS's form of a unit with a quantity (UnitFormat). */
const PRICING_UNIT = '1000000 Tokens';

/** Tokens in a pricing unit have six digits after the point. */
const PRICING_DIGITS = 6;

type Column = (line: Line, bill: Bill, names: FocusNames) => string;

const time = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;

const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Decimals keep a point, because tools guess the type of a column by it. */
const money = (amount: bigint) => formatAmount(amount);
const price = (line: Line['entry']) => formatPrice(line.price);

const sku = ({ model, kind }: { readonly model: string; readonly kind: TokenKind }) => `${model}/${kind}`;

/**
 * FOCUS 1.2, "Cost and Usage", a row for each line of a bill: a business unit is a billing account and a workload a sub
 * account. Columns that do not apply (capacity reservations, regions, most of commitments) are left out, as 1.2 says.
 *
 * FOCUS 1.4 has no columns of tokens of its own: token kinds are meters of a SKU with the unit Tokens, as here. What 1.4
 * puts in place of ProviderName and PublisherName (ServiceProviderName, HostProviderName) is there too, so that readers
 * of both versions find their columns.
 */
const COLUMNS: Readonly<Record<string, Column>> = {
  BilledCost: ({ amount }) => money(amount),
  BillingAccountId: ({ unit }) => unit,
  BillingAccountName: ({ unit }) => unit,
  BillingAccountType: () => 'Business Unit',
  BillingCurrency: (_, { currency }) => currency,
  BillingPeriodEnd: (_, { period }) => time(period.to),
  BillingPeriodStart: (_, { period }) => time(period.from),
  ChargeCategory: () => 'Usage',
  // No correction: a bill is of its own period.
  ChargeClass: () => '',
  ChargeDescription: ({ model, kind }) => `${capital(KIND_WORDS[kind])} tokens of ${model}`,
  ChargeFrequency: () => 'Usage-Based',
  ChargePeriodEnd: ({ day }, { period }) => time(Math.min(day + DAY_MS, period.to)),
  ChargePeriodStart: ({ day }, { period }) => time(Math.max(day, period.from)),
  // There are no commitments, but focus-validator 2.2.1 judges ConsumedQuantity by this column.
  CommitmentDiscountStatus: () => '',
  ConsumedQuantity: ({ tokens }) => `${tokens}.0`,
  ConsumedUnit: () => 'Tokens',
  ContractedCost: ({ amount }) => money(amount),
  ContractedUnitPrice: ({ entry }) => price(entry),
  EffectiveCost: ({ amount }) => money(amount),
  HostProviderName: (_line, _bill, { provider }) => provider,
  // Of the invoice that a business unit gets for the period.
  InvoiceId: ({ unit }, { period }) => `${unit} ${formatInstant(period.from)} ${formatInstant(period.to)}`,
  InvoiceIssuerName: (_line, _bill, { provider }) => provider,
  ListCost: ({ tokens, list }) => money(rounded(costOf(tokens, list.price))),
  ListUnitPrice: ({ list }) => price(list),
  PricingCategory: () => 'Standard',
  PricingCurrency: (_, { currency }) => currency,
  PricingCurrencyContractedUnitPrice: ({ entry }) => price(entry),
  PricingCurrencyEffectiveCost: ({ amount }) => money(amount),
  PricingCurrencyListUnitPrice: ({ list }) => price(list),
  PricingQuantity: ({ tokens }) => formatDecimal(tokens, PRICING_DIGITS, PRICING_DIGITS),
  PricingUnit: () => PRICING_UNIT,
  ProviderName: (_line, _bill, { provider }) => provider,
  PublisherName: (_line, _bill, { provider }) => provider,
  ResourceId: ({ model }) => model,
  ResourceName: ({ model }) => model,
  ResourceType: () => 'Model',
  ServiceCategory: () => 'AI and Machine Learning',
  ServiceName: () => 'Model Inference',
  ServiceProviderName: (_line, _bill, { provider }) => provider,
  ServiceSubcategory: () => 'Generative AI',
  SkuId: sku,
  SkuMeter: ({ kind }) => `${capital(KIND_WORDS[kind])} tokens`,
  SkuPriceDetails: ({ model, kind }) => JSON.stringify({ x_Model: model, x_TokenKind: kind }),
  SkuPriceId: sku,
  SubAccountId: ({ workload }) => workload,
  SubAccountName: ({ workload }) => workload,
  SubAccountType: ({ workload }) => (workload === '' ? '' : 'Workload'),
  Tags: ({ tenant, unit }, { owners }) => JSON.stringify({ tenant, owner: owners.get(unit) ?? '' }),
  x_Model: ({ model }) => model,
  x_PriceSource: ({ entry }) => entry.source,
  x_Tenant: ({ tenant }) => tenant,
  x_TokenKind: ({ kind }) => kind,
};

/** A bill in the columns of FOCUS, as CSV. */
export function focusCsv(bill: Bill, names: FocusNames): string {
  const columns = Object.values(COLUMNS);
  const rows = bill.lines.map((line) => columns.map((column) => column(line, bill, names)));
  return csvText([Object.keys(COLUMNS), ...rows]);
}
