using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Trunkline.Mail;

/// <summary>
/// The certificate with which we answer TLS. It is read once: a new one is taken up when the program starts again.
/// </summary>
public sealed class CertificateSource : IDisposable
{
    /// <summary>Ten years: nobody renews a certificate that nobody checks, and mail servers accept it for encryption all the same.</summary>
    private const int SelfMadeYears = 10;

    private readonly X509Certificate2 _certificate;

    private CertificateSource(X509Certificate2 certificate)
    {
        _certificate = certificate;
        Context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
    }

    /// <summary>What <see cref="SslStream"/> wants.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>The certificate.</summary>
    public X509Certificate2 Certificate => _certificate;

    /// <summary>A PEM certificate (its chain may follow) and its PEM key, not encrypted. Throws <see cref="CryptographicException"/> when they do not fit.</summary>
    public static CertificateSource FromPem(string certificatePath, string keyPath) => new(X509Certificate2.CreateFromPemFile(certificatePath, keyPath));

    /// <summary>A PKCS #12 file. Throws <see cref="CryptographicException"/> when the password is wrong.</summary>
    public static CertificateSource FromPkcs12(string path, string? password) => new(X509CertificateLoader.LoadPkcs12FromFile(path, password));

    /// <summary>
    /// The self-made certificate for <paramref name="domain"/> in <paramref name="directory"/> (certificate.pem, key.pem); made when it is missing, made for
    /// another name, or expired.
    /// </summary>
    public static CertificateSource SelfMade(string directory, string domain, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Directory.CreateDirectory(directory);
        var certificatePath = Path.Combine(directory, "certificate.pem");
        var keyPath = Path.Combine(directory, "key.pem");
        if (File.Exists(certificatePath) && File.Exists(keyPath))
        {
            var kept = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
            if (kept.NotAfter.ToUniversalTime() > time.GetUtcNow().UtcDateTime && kept.MatchesHostname(domain, allowWildcards: false))
                return new CertificateSource(kept);
            kept.Dispose();
        }

        Make(domain, time.GetUtcNow(), out var certificatePem, out var keyPem);
        // The key first: a crash between the two leaves no certificate without its key, and the pair is made anew.
        File.Delete(certificatePath);
        Put(keyPath, keyPem, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Put(certificatePath, certificatePem, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return FromPem(certificatePath, keyPath);
    }

    /// <inheritdoc />
    public void Dispose() => _certificate.Dispose();

    private static void Make(string domain, DateTimeOffset now, out string certificatePem, out string keyPem)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=\"{domain}\"", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(domain);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        // A day before now: the client's clock may be behind ours.
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(SelfMadeYears));
        certificatePem = certificate.ExportCertificatePem();
        keyPem = key.ExportPkcs8PrivateKeyPem();
    }

    private static void Put(string path, string text, UnixFileMode mode)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using (var writer = new StreamWriter(temporary, options))
            writer.Write(text + "\n");
        File.Move(temporary, path, overwrite: true);
    }
}
