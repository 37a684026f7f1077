namespace Trunkline.Mail.Delivery;

/// <summary>The next server for all mail that leaves.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">587 as a rule.</param>
/// <param name="Security">See there.</param>
/// <param name="User">For AUTH, or null. A password is sent only over TLS, or to this machine.</param>
/// <param name="Password">For AUTH, or null.</param>
public sealed record Smarthost(string Host, int Port, SmarthostSecurity Security, string? User, string? Password);
