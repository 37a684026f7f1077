using System.Net;
using System.Text.Json;

namespace Trunkline.Commands;

/// <summary>The server did not do what it was asked, or is not there; the message is for the operator.</summary>
internal sealed class ApiFailure(int exitCode, string message, JsonElement? problem = null, HttpStatusCode? status = null) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    /// <summary>The problem (RFC 9457) as it came, or null.</summary>
    public JsonElement? Problem { get; } = problem;

    /// <summary>What the server answered, or null when none did.</summary>
    public HttpStatusCode? Status { get; } = status;
}
