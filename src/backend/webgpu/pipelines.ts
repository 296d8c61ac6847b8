/** Compiles kernels once per device, asynchronously and in parallel, and turns compiler output into file and line. */
import { messageOf, TiltError } from "../../base/errors.ts";
import type { AnyOp, Kernel, ParamTypes } from "../contract.ts";
import type { LinkedShader } from "../shader.ts";

/** A kernel ready to be dispatched. */
export interface CompiledKernel {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly kernel: Pick<Kernel<ParamTypes>, "workgroups" | "id">;
}

export interface PipelineCache {
  /** One of the op's kernels; compiled at most once. @throws TiltError with shader file, line and text */
  compile(op: AnyOp, kernel: Kernel<ParamTypes>): Promise<CompiledKernel>;
}

/** A shader module on its way: `checked` settles once the compiler has spoken. */
interface Module {
  readonly module: GPUShaderModule;
  /** @throws TiltError with the compiler's messages, file and line */
  readonly checked: Promise<void>;
}

export function createPipelineCache(device: GPUDevice): PipelineCache {
  const modules = new Map<string, Module>();
  const compiled = new Map<string, Promise<CompiledKernel>>();

  const moduleOf = (shader: LinkedShader): Module => {
    let module = modules.get(shader.code);
    if (!module) {
      module = createModule(device, shader);
      modules.set(shader.code, module);
    }
    return module;
  };

  return {
    compile(op, kernel) {
      const key = JSON.stringify([op.name, kernel.shader.code, kernel.overrides ?? {}]);
      let result = compiled.get(key);
      if (!result) {
        result = createKernel(device, op, kernel, moduleOf(kernel.shader));
        compiled.set(key, result);
      }
      return result;
    },
  };
}

/** The message list of the compiler as "shaders/file.wgsl:12: text". */
function describeMessages(shader: LinkedShader, messages: readonly GPUCompilationMessage[]): string {
  return messages
    .map((message) => {
      const origin = shader.origins[message.lineNum - 1] ?? shader.file;
      const text = shader.code.split("\n")[message.lineNum - 1]?.trim() ?? "";
      return `${origin}: ${message.message}${text ? `\n    ${text}` : ""}`;
    })
    .join("\n");
}

function createModule(device: GPUDevice, shader: LinkedShader): Module {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ label: shader.file, code: shader.code });
  const scope = device.popErrorScope();
  const check = async (): Promise<void> => {
    const [info, scoped] = await Promise.all([module.getCompilationInfo(), scope]);
    const errors = info.messages.filter((message) => message.type === "error");
    if (errors.length > 0)
      throw new TiltError(`Shader does not compile.\n${describeMessages(shader, errors)}`, {
        where: shader.file,
      });
    if (scoped) throw new TiltError(scoped.message, { where: shader.file });
  };
  const checked = check();
  checked.catch(() => {}); // reported by whoever awaits the kernel
  return { module, checked };
}

async function createKernel(
  device: GPUDevice,
  op: AnyOp,
  kernel: Kernel<ParamTypes>,
  { module, checked }: Module,
): Promise<CompiledKernel> {
  const layout = device.createBindGroupLayout({
    label: op.name,
    entries: [
      { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: "uniform", hasDynamicOffset: true } },
      ...Object.values(op.buffers).map((buffer, index) => ({
        binding: index + 1,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: buffer.access === "read" ? ("read-only-storage" as const) : ("storage" as const) },
      })),
    ],
  });
  // Asked for before the module is checked: the compiler need not wait for an answer to travel.
  const compiling = device.createComputePipelineAsync({
    label: op.name,
    layout: device.createPipelineLayout({ label: op.name, bindGroupLayouts: [layout] }),
    compute: {
      module,
      entryPoint: "main",
      ...(kernel.overrides && { constants: { ...kernel.overrides } }),
    },
  });
  compiling.catch(() => {}); // a module's own error says more, and comes first
  await checked;
  try {
    return { pipeline: await compiling, layout, kernel };
  } catch (thrown) {
    throw new TiltError(`Pipeline cannot be built: ${messageOf(thrown)}`, {
      where: kernel.shader.file,
      cause: thrown,
    });
  }
}
