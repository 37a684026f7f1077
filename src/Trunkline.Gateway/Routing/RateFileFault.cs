using System.Globalization;

namespace Trunkline.Gateway.Routing;

/// <summary>What is wrong in a rate file.</summary>
/// <param name="Line">From 1; 0 for the file as a whole.</param>
/// <param name="Column">By its name in the header; empty for the row as a whole.</param>
/// <param name="Reason">A sentence.</param>
public sealed record RateFileFault(int Line, string Column, string Reason)
{
    /// <summary>Where: <c>line 3, per_page</c>, or <c>file</c>.</summary>
    public string Place => Line == 0 ? "file" : string.Create(CultureInfo.InvariantCulture, $"line {Line}{(Column.Length > 0 ? ", " + Column : "")}");

    /// <summary>One line for people.</summary>
    public override string ToString() => Line == 0 ? Reason : $"{Place}: {Reason}";
}
