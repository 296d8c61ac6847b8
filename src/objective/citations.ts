/**
 * The papers behind losses, strategies and estimators, with all their authors: what a BibTeX entry needs. The short
 * form beside each method (`Paper`) is found here by its title, and a test holds the two together.
 */
import { lossById } from "./losses/index.ts";
import type { Paper } from "./params.ts";
import { DORA_PAPER } from "./strategies/dora_inside.ts";
import { strategyById } from "./strategies/index.ts";
import { OURS } from "./strategies/iw_kl_dro.ts";

export interface Citation {
  /** BibTeX key, family name, year and first word of the title: "rafailov2023direct". */
  readonly key: string;
  /** Given names first, every author. */
  readonly authors: readonly string[];
  /** The whole title; `Paper` may drop a subtitle. */
  readonly title: string;
  /** Year of the version cited. */
  readonly year: number;
  /** Conference or journal; absent for preprints. */
  readonly venue?: string;
  readonly kind: "inproceedings" | "article" | "misc";
  /** "2(3)", "33": volume, with the issue where there is one. */
  readonly volume?: string;
  readonly pages?: string;
  readonly arxiv?: string;
  readonly doi?: string;
}

const NEURIPS = "Advances in Neural Information Processing Systems";
const ICML = "International Conference on Machine Learning";
const TMLR = "Transactions on Machine Learning Research";
const ACL_FINDINGS = "Findings of the Association for Computational Linguistics: ACL 2024";

const CITATIONS: readonly Citation[] = [
  {
    key: "zhu2025leveraging",
    authors: ["Mingye Zhu", "Yi Liu", "Zheren Fu", "Yongdong Zhang", "Zhendong Mao"],
    title: "Leveraging Robust Optimization for LLM Alignment under Distribution Shifts",
    year: 2025,
    venue: NEURIPS,
    kind: "inproceedings",
    arxiv: "2504.05831",
  },
  {
    key: "rafailov2023direct",
    authors: [
      "Rafael Rafailov",
      "Archit Sharma",
      "Eric Mitchell",
      "Christopher D. Manning",
      "Stefano Ermon",
      "Chelsea Finn",
    ],
    title: "Direct Preference Optimization: Your Language Model is Secretly a Reward Model",
    year: 2023,
    venue: NEURIPS,
    kind: "inproceedings",
    volume: "36",
    arxiv: "2305.18290",
  },
  {
    key: "chowdhury2024provably",
    authors: ["Sayak Ray Chowdhury", "Anush Kini", "Nagarajan Natarajan"],
    title: "Provably Robust DPO: Aligning Language Models with Noisy Feedback",
    year: 2024,
    venue: ICML,
    kind: "inproceedings",
    pages: "42258--42274",
    arxiv: "2403.00409",
  },
  {
    key: "park2024disentangling",
    authors: ["Ryan Park", "Rafael Rafailov", "Stefano Ermon", "Chelsea Finn"],
    title: "Disentangling Length from Quality in Direct Preference Optimization",
    year: 2024,
    venue: ACL_FINDINGS,
    kind: "inproceedings",
    pages: "4998--5017",
    arxiv: "2403.19159",
  },
  {
    key: "azar2023general",
    authors: [
      "Mohammad Gheshlaghi Azar",
      "Mark Rowland",
      "Bilal Piot",
      "Daniel Guo",
      "Daniele Calandriello",
      "Michal Valko",
      "Rémi Munos",
    ],
    title: "A General Theoretical Paradigm to Understand Learning from Human Preferences",
    year: 2023,
    kind: "misc",
    arxiv: "2310.12036",
  },
  {
    key: "zhao2023slic",
    authors: ["Yao Zhao", "Rishabh Joshi", "Tianqi Liu", "Misha Khalman", "Mohammad Saleh", "Peter J. Liu"],
    title: "SLiC-HF: Sequence Likelihood Calibration with Human Feedback",
    year: 2023,
    kind: "misc",
    arxiv: "2305.10425",
  },
  {
    key: "meng2024simpo",
    authors: ["Yu Meng", "Mengzhou Xia", "Danqi Chen"],
    title: "SimPO: Simple Preference Optimization with a Reference-Free Reward",
    year: 2024,
    kind: "misc",
    arxiv: "2405.14734",
  },
  {
    key: "xu2024contrastive",
    authors: [
      "Haoran Xu",
      "Amr Sharaf",
      "Yunmo Chen",
      "Weiting Tan",
      "Lingfeng Shen",
      "Benjamin Van Durme",
      "Kenton Murray",
      "Young Jin Kim",
    ],
    title:
      "Contrastive Preference Optimization: Pushing the Boundaries of LLM Performance in Machine Translation",
    year: 2024,
    venue: ICML,
    kind: "inproceedings",
    arxiv: "2401.08417",
  },
  {
    key: "hong2024orpo",
    authors: ["Jiwoo Hong", "Noah Lee", "James Thorne"],
    title: "ORPO: Monolithic Preference Optimization without Reference Model",
    year: 2024,
    kind: "misc",
    arxiv: "2403.07691",
  },
  {
    key: "ji2024towards",
    authors: [
      "Haozhe Ji",
      "Cheng Lu",
      "Yilin Niu",
      "Pei Ke",
      "Hongning Wang",
      "Jun Zhu",
      "Jie Tang",
      "Minlie Huang",
    ],
    title: "Towards Efficient Exact Optimization of Language Model Alignment",
    year: 2024,
    venue: ICML,
    kind: "inproceedings",
    arxiv: "2402.00856",
  },
  {
    key: "yuan2023rrhf",
    authors: ["Zheng Yuan", "Hongyi Yuan", "Chuanqi Tan", "Wei Wang", "Songfang Huang", "Fei Huang"],
    title: "RRHF: Rank Responses to Align Language Models with Human Feedback without tears",
    year: 2023,
    kind: "misc",
    arxiv: "2304.05302",
  },
  {
    key: "zhu2024lire",
    authors: ["Mingye Zhu", "Yi Liu", "Lei Zhang", "Junbo Guo", "Zhendong Mao"],
    title: "LIRE: listwise reward enhancement for preference alignment",
    year: 2024,
    venue: ACL_FINDINGS,
    kind: "inproceedings",
    arxiv: "2405.13516",
  },
  {
    key: "ethayarajh2024kto",
    authors: ["Kawin Ethayarajh", "Winnie Xu", "Niklas Muennighoff", "Dan Jurafsky", "Douwe Kiela"],
    title: "KTO: Model Alignment as Prospect Theoretic Optimization",
    year: 2024,
    kind: "misc",
    arxiv: "2402.01306",
  },
  {
    key: "vapnik1991principles",
    authors: ["Vladimir Vapnik"],
    title: "Principles of Risk Minimization for Learning Theory",
    year: 1991,
    venue: NEURIPS,
    kind: "inproceedings",
    pages: "831--838",
  },
  {
    key: "shimodaira2000improving",
    authors: ["Hidetoshi Shimodaira"],
    title: "Improving predictive inference under covariate shift by weighting the log-likelihood function",
    year: 2000,
    venue: "Journal of Statistical Planning and Inference",
    kind: "article",
    volume: "90(2)",
    pages: "227--244",
    doi: "10.1016/S0378-3758(00)00115-4",
  },
  {
    key: "hu2013kullback",
    authors: ["Zhaolin Hu", "L. Jeff Hong"],
    title: "Kullback-Leibler Divergence Constrained Distributionally Robust Optimization",
    year: 2013,
    venue: "Optimization Online",
    kind: "article",
  },
  {
    key: "wu2024towards",
    authors: [
      "Junkang Wu",
      "Yuexiang Xie",
      "Zhengyi Yang",
      "Jiancan Wu",
      "Jiawei Chen",
      "Jinyang Gao",
      "Bolin Ding",
      "Xiang Wang",
      "Xiangnan He",
    ],
    title:
      "Towards Robust Alignment of Language Models: Distributionally Robustifying Direct Preference Optimization",
    year: 2024,
    kind: "misc",
    arxiv: "2407.07880",
  },
  {
    key: "xu2025robust",
    authors: [
      "Zaiyan Xu",
      "Sushil Vemuri",
      "Kishan Panaganti",
      "Dileep Kalathil",
      "Rahul Jain",
      "Deepak Ramachandran",
    ],
    title: "Robust LLM Alignment via Distributionally Robust Direct Preference Optimization",
    year: 2025,
    venue: NEURIPS,
    kind: "inproceedings",
    arxiv: "2502.01930",
  },
  {
    key: "levy2020large",
    authors: ["Daniel Levy", "Yair Carmon", "John C. Duchi", "Aaron Sidford"],
    title: "Large-Scale Methods for Distributionally Robust Optimization",
    year: 2020,
    venue: NEURIPS,
    kind: "inproceedings",
    volume: "33",
    pages: "8847--8860",
    arxiv: "2010.05893",
  },
  {
    key: "rockafellar2000optimization",
    authors: ["R. Tyrrell Rockafellar", "Stanislav Uryasev"],
    title: "Optimization of Conditional Value-at-Risk",
    year: 2000,
    venue: "Journal of Risk",
    kind: "article",
    volume: "2(3)",
    pages: "21--41",
    doi: "10.21314/JOR.2000.038",
  },
  {
    key: "sagawa2019distributionally",
    authors: ["Shiori Sagawa", "Pang Wei Koh", "Tatsunori B. Hashimoto", "Percy Liang"],
    title:
      "Distributionally Robust Neural Networks for Group Shifts: On the Importance of Regularization for Worst-Case Generalization",
    year: 2019,
    kind: "misc",
    arxiv: "1911.08731",
  },
];

const SCDRO: Citation = {
  key: "qi2023stochastic",
  authors: ["Qi Qi", "Jiameng Lyu", "Kung-Sik Chan", "Er-Wei Bai", "Tianbao Yang"],
  title: "Stochastic Constrained DRO with a Complexity Independent of Sample Size",
  year: 2023,
  venue: TMLR,
  kind: "article",
  arxiv: "2210.05740",
};

const ABSGD: Citation = {
  key: "qi2023attentional",
  authors: ["Qi Qi", "Yi Xu", "Wotao Yin", "Rong Jin", "Tianbao Yang"],
  title: "Attentional-Biased Stochastic Gradient Descent",
  year: 2023,
  venue: TMLR,
  kind: "article",
  arxiv: "2012.06951",
};

const RECOVER: Citation = {
  key: "qi2021online",
  authors: ["Qi Qi", "Zhishuai Guo", "Yi Xu", "Rong Jin", "Tianbao Yang"],
  title: "An Online Method for A Class of Distributionally Robust Optimization with Non-Convex Objectives",
  year: 2021,
  venue: NEURIPS,
  kind: "inproceedings",
  volume: "34",
  pages: "10067--10080",
  arxiv: "2006.10138",
};

/** What is used of a spec's `train` section. */
export interface MethodsUsed {
  readonly loss: string;
  readonly strategy: string;
  readonly estimator: string;
  readonly lambdaBudget: number;
  readonly loraRank: number;
}

const LORA: Citation = {
  key: "hu2021lora",
  authors: [
    "Edward J. Hu",
    "Yelong Shen",
    "Phillip Wallis",
    "Zeyuan Allen-Zhu",
    "Yuanzhi Li",
    "Shean Wang",
    "Lu Wang",
    "Weizhu Chen",
  ],
  title: "LoRA: Low-Rank Adaptation of Large Language Models",
  year: 2021,
  kind: "misc",
  arxiv: "2106.09685",
};

/** The full citation of a method's paper; undefined for methods that were derived here. */
export function citationOf(paper: Paper): Citation | undefined {
  return CITATIONS.find(({ title }) => title === paper.title || title.startsWith(`${paper.title}:`));
}

/**
 * DoRA first, then one citation for each method used, none twice.
 * @throws TiltError for a loss or strategy that is not registered
 */
export function citationsFor(used: readonly MethodsUsed[]): Citation[] {
  const papers: Paper[] = [DORA_PAPER];
  const more: Citation[] = [];
  for (const { loss, strategy, estimator, lambdaBudget, loraRank } of used) {
    const chosen = strategyById(strategy);
    papers.push(lossById(loss).paper, chosen.paper);
    if (chosen.logMeanExp && estimator === "running") more.push(ABSGD);
    if (chosen.logMeanExp && estimator === "storm") more.push(RECOVER);
    if (chosen.logMeanExp && lambdaBudget > 0) more.push(SCDRO);
    if (loraRank > 0) more.push(LORA);
  }
  const found = papers.filter((paper) => paper !== OURS).flatMap((paper) => citationOf(paper) ?? []);
  return [...new Set([...found, ...more])];
}
