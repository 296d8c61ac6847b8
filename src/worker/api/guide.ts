/** What the user guide takes from the registries below the page: methods with their papers, and file formats. */

export interface GuidePaper {
  /** "Rafailov et al. (2023)". */
  readonly short: string;
  /** Every author, where the whole citation is known. */
  readonly authors: readonly string[];
  readonly title: string;
  readonly year: number;
  readonly venue: string | null;
  readonly arxiv: string | null;
  readonly doi: string | null;
}

export interface GuideMethod {
  readonly id: string;
  readonly kind: "loss" | "strategy";
  readonly name: string;
  readonly explanation: string;
  readonly formula: string;
  /** What else its flags say, in sentences. */
  readonly notes: readonly string[];
  readonly paper: GuidePaper;
  readonly settings: readonly { readonly name: string; readonly default: string; readonly help: string }[];
}

export interface GuideFormat {
  readonly id: string;
  readonly label: string;
  readonly columns: readonly string[];
  readonly note: string | null;
  /** Whether it has nothing to compare: recognised, so that the reason can be given. */
  readonly single: boolean;
}

export interface GuideContent {
  readonly methods: readonly GuideMethod[];
  readonly formats: readonly GuideFormat[];
  /** How one h is made for a group. */
  readonly reduction: string;
}

export interface GuideApi {
  guideContent(): Promise<GuideContent>;
}
