namespace Trunkline.Rendering.Sandbox;

/// <summary>A program that conversions need is not installed.</summary>
public sealed class ConverterMissingException(string program, string debianPackage)
    : Exception($"{program} is not installed. Install the Debian package {debianPackage}.");
