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

export function createPipelineCache(device: GPUDevice): PipelineCache {
  const modules = new Map<string, Promise<GPUShaderModule>>();
  const compiled = new Map<string, Promise<CompiledKernel>>();

  const moduleOf = (shader: LinkedShader): Promise<GPUShaderModule> => {
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
        result = moduleOf(kernel.shader).then((module) => createKernel(device, op, kernel, module));
        compiled.set(key, result);
      }
      return result;
    },
  };
}

/** The message list of the compiler as "shaders/file.wgsl:12: text". */
export function describeMessages(shader: LinkedShader, messages: readonly GPUCompilationMessage[]): string {
  return messages
    .map((message) => {
      const origin = shader.origins[message.lineNum - 1] ?? shader.file;
      const text = shader.code.split("\n")[message.lineNum - 1]?.trim() ?? "";
      return `${origin}: ${message.message}${text ? `\n    ${text}` : ""}`;
    })
    .join("\n");
}

async function createModule(device: GPUDevice, shader: LinkedShader): Promise<GPUShaderModule> {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ label: shader.file, code: shader.code });
  const [info, scoped] = await Promise.all([module.getCompilationInfo(), device.popErrorScope()]);
  const errors = info.messages.filter((message) => message.type === "error");
  if (errors.length > 0)
    throw new TiltError(`Shader does not compile.\n${describeMessages(shader, errors)}`, {
      where: shader.file,
    });
  if (scoped) throw new TiltError(scoped.message, { where: shader.file });
  return module;
}

async function createKernel(
  device: GPUDevice,
  op: AnyOp,
  kernel: Kernel<ParamTypes>,
  module: GPUShaderModule,
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
  try {
    const pipeline = await device.createComputePipelineAsync({
      label: op.name,
      layout: device.createPipelineLayout({ label: op.name, bindGroupLayouts: [layout] }),
      compute: {
        module,
        entryPoint: "main",
        ...(kernel.overrides && { constants: { ...kernel.overrides } }),
      },
    });
    return { pipeline, layout, kernel };
  } catch (thrown) {
    throw new TiltError(`Pipeline cannot be built: ${messageOf(thrown)}`, {
      where: kernel.shader.file,
      cause: thrown,
    });
  }
}
