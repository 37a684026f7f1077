namespace Trunkline.Rendering.Sandbox;

/// <summary>A converter was not even started: what confines it failed, for want of memory, of processes or of room. Never the document's doing.</summary>
internal sealed class SandboxNotBuiltException(string errorText) : IOException($"A converter could not be started in its sandbox: {errorText}");
