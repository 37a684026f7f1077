using System.Net;

namespace Trunkline.Mail.Smtp;

/// <summary>What the backend may know of a client.</summary>
public sealed class SmtpConnection
{
    internal SmtpConnection(string id, IPEndPoint remote, IPEndPoint local)
    {
        Id = id;
        RemoteEndPoint = remote;
        LocalEndPoint = local;
    }

    /// <summary>Names the connection in logs.</summary>
    public string Id { get; }

    /// <summary>The client. IPv4 addresses are never in their IPv6-mapped form.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>The address at which the client reached us.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>True when client and server are on one machine.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(RemoteEndPoint.Address);

    /// <summary>True after STARTTLS.</summary>
    public bool IsTls => TlsDescription is not null;

    /// <summary><c>Tls13, TLS_AES_256_GCM_SHA384</c>, or null in the clear.</summary>
    public string? TlsDescription { get; internal set; }

    /// <summary>What the client called itself in EHLO or HELO; empty before.</summary>
    public string HeloName { get; internal set; } = "";

    /// <summary>True after EHLO, false after HELO.</summary>
    public bool IsExtended { get; internal set; }

    /// <summary>Who the client proved to be: set by the backend in <see cref="ISmtpBackend.AuthenticateAsync"/>; null before.</summary>
    public object? Identity { get; set; }
}
