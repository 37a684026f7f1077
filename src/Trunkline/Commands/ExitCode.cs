namespace Trunkline.Commands;

/// <summary>What a command ends with, for scripts.</summary>
internal static class ExitCode
{
    /// <summary>It went well.</summary>
    public const int Well = 0;

    /// <summary>What was asked for failed: a fax was not sent, something that is needed is missing.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage, or the server refused what it was given.</summary>
    public const int Refused = 2;

    /// <summary>No server answers.</summary>
    public const int NoServer = 3;
}
