//! `impl ToRedisHash`.
//!
//! ```text
//! impl ToRedisHash for User {
//!     const RECORD: Record = Record::new("User");
//!
//!     fn visit_hash_fields(&self, visitor: &mut impl FieldVisitor) -> Result<(), BadField> {
//!         FieldVisitor::field(
//!             visitor,
//!             const { &Field::new("email", b"$5\r\nemail\r\n") },
//!             <Option<String> as ToHashField>::present(&self.email),
//!         )?;
//!         Ok(())
//!     }
//! }
//! ```

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{bounded, krate};
use crate::attr::Absent;
use crate::model::{Field, Record};

pub(super) fn expand(record: &Record<'_>) -> TokenStream {
    let krate = krate(record);
    let ident = &record.original.ident;
    let name = ident.to_string();
    let expire = record.attrs.expire.as_ref().map(|expire| {
        let ms = expire.value;
        quote!(.expire_ms(#ms))
    });
    let types = record.declared().map(|field| field.ty.to_token_stream());
    let generics = bounded(&record.original.generics, types, &quote!(#krate::ToHashField));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = record.original.generics.split_for_impl();
    let fields = record.declared().map(|field| visit(&krate, field));

    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::ToRedisHash for #ident #ty_generics #where_clause {
            const RECORD: #krate::__private::Record = #krate::__private::Record::new(#name) #expire;

            #[inline]
            fn visit_hash_fields(
                &self,
                __redis_hash_visitor: &mut impl #krate::__private::FieldVisitor,
            ) -> #krate::__private::Result<(), #krate::__private::BadField> {
                #(#fields)*
                #krate::__private::Result::Ok(())
            }
        }
    }
}

fn visit(krate: &TokenStream, field: &Field<'_>) -> TokenStream {
    let Field { ident, ty, name, .. } = field;
    let packed = Literal::byte_string(format!("${}\r\n{name}\r\n", name.len()).as_bytes());
    let keep = (field.absent == Absent::Keep).then(|| quote!(.keep()));
    // The whole path at the type's span puts the caret there, and nowhere else.
    let present = quote_spanned!(ty.span()=> <#ty as #krate::ToHashField>::present);
    quote! {
        #krate::__private::FieldVisitor::field(
            __redis_hash_visitor,
            const { &#krate::__private::Field::new(#name, #packed) #keep },
            #present(&self.#ident),
        )?;
    }
}
